import t from 'tap';
import type { AddressEvent } from '../../shared-contracts/messages/address-events.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { FileIssue, RequestLinks } from './address-commands.ts';
import { addressDecider } from './address-decider.ts';

const addressId = '1f0c2f7e-30f5-5a3c-9a9f-6b1a4c0d7e55';
const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';
const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';
const customerId = '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10';

const file: FileIssue = { type: 'FileIssue', commandId, addressId, issueId, customerId };
const used: AddressEvent = { type: 'AddressUsed', data: { addressId, issueId, customerId } };
const ask: RequestLinks = { type: 'RequestLinks', commandId, addressId, email: 'kim@example.org' };
const asked: AddressEvent = { type: 'LinksRequested', data: { addressId, email: 'kim@example.org' } };

t.test('an issue is filed under the address that it was reported with, once', async () => {
  given(addressDecider).when(file).gives(used);
  given(addressDecider, asked).when(file).gives(used);
  given(addressDecider, used).when(file).changesNothing();
});

t.test('links are asked for alike, whether the address is known or not', async () => {
  given(addressDecider).when(ask).gives(asked);
  given(addressDecider, used).when(ask).gives(asked);
});
