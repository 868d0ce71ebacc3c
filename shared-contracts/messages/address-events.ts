// What one e-mail address was used for: the streams `address-{addressId}`, appended to by the customer service.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { EmailField, Meaning, Uuid } from './fields.ts';

const addressId = '1f0c2f7e-30f5-5a3c-9a9f-6b1a4c0d7e55';
const AddressId = Meaning(Uuid, 'Made from the keyed hash of the address: it does not tell the address.');

export const AddressUsed = defineMessage({
  type: 'AddressUsed',
  meaning: 'An issue was reported with this address.',
  schema: Type.Object({
    addressId: AddressId,
    issueId: Uuid,
    customerId: Meaning(Uuid, 'Whose key the personal data of the issue is under.'),
  }),
  example: {
    addressId,
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
  },
});

export const LinksRequested = defineMessage({
  type: 'LinksRequested',
  meaning: 'Somebody asked for the links to all issues of this address, to be mailed to it.',
  schema: Type.Object({ addressId: AddressId, email: EmailField }),
  example: { addressId, email: 'kim@example.org' },
});

export const ADDRESS_EVENTS = [AddressUsed, LinksRequested] as const;
export type AddressEvent = MessageOf<(typeof ADDRESS_EVENTS)[number]>;
