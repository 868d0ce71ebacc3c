// The rules of an address: which issues were reported with it, and that somebody asks for their links.
import { ADDRESS_EVENTS, type AddressEvent } from '../../shared-contracts/messages/address-events.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { accept, type Decider, type Decision } from '../../shared-contracts/runtime/decider.ts';
import type { AddressCommand, FileIssue, RequestLinks } from './address-commands.ts';

type AddressState = { readonly issueIds: readonly string[] };

export const addressDecider: Decider<AddressState, AddressCommand, AddressEvent> = {
  initial: { issueIds: [] },

  evolve(state, event) {
    switch (event.type) {
      case 'AddressUsed':
        return { issueIds: [...state.issueIds, event.data.issueId] };
      case 'LinksRequested':
        return state;
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'FileIssue':
        return fileIssue(command, state);
      case 'RequestLinks':
        return requestLinks(command);
    }
  },
};

export const address = {
  decider: addressDecider,
  isEvent: isOneOf(ADDRESS_EVENTS),
  /** What is filed here is not personal. */
  subjectOf: () => undefined,
  /** Each request is a subject of its own: one of the address would be erased for ever, also for somebody who comes back. */
  subjectFor: ({ type, commandId }: AddressCommand) => (type === 'RequestLinks' ? commandId : undefined),
};

function fileIssue(
  { type, commandId, ...data }: FileIssue,
  { issueIds }: AddressState,
): Decision<AddressEvent> {
  return issueIds.includes(data.issueId) ? accept() : accept({ type: 'AddressUsed', data });
}

/** Also for an address that nobody knows: whoever asks must not learn, not even by the time it takes, which one it is. */
function requestLinks({ type, commandId, ...data }: RequestLinks): Decision<AddressEvent> {
  return accept({ type: 'LinksRequested', data });
}
