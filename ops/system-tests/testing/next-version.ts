// The contracts of a version that is still to come: one event has a further field, and there is an event more.
import { Type } from 'typebox';
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { defineMessage, type MessageDefinition } from '../../../shared-contracts/messages/define-message.ts';
import { Uuid } from '../../../shared-contracts/messages/fields.ts';
import { IssueClosed } from '../../../shared-contracts/messages/issue-events.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { type Handler, on } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';

const NextIssueClosed = defineMessage({
  type: IssueClosed.type,
  version: 2,
  meaning: 'The customer closed the issue, and may have said why.',
  schema: Type.Object({ issueId: Uuid, why: Type.String() }),
  example: { ...IssueClosed.example, why: 'It works again.' },
  upcasters: { 1: (data) => ({ ...data, why: '' }) },
});

const IssueShelved = defineMessage({
  type: 'IssueShelved',
  meaning: 'The issue was put aside.',
  schema: Type.Object({ issueId: Uuid }),
  example: IssueClosed.example,
});

export const NEXT_CATALOGUE: ReadonlyMap<string, MessageDefinition> = new Map([
  ...CATALOGUE,
  [NextIssueClosed.type, NextIssueClosed],
  [IssueShelved.type, IssueShelved],
]);

/** What the next version does about the event that is new. */
export function handlerOfNew(handle: (envelope: Envelope) => Promise<void>): Handler {
  return on(IssueShelved, 'count-it', handle);
}
