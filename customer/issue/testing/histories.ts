// Issues in every state that a command can meet, for the tests of the rules.
import type { IssueEvent, Step } from '../../../shared-contracts/messages/issue-events.ts';

export const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';
export const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
export const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';

const reported: IssueEvent = {
  type: 'IssueReported',
  data: {
    issueId,
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    email: 'kim@example.org',
    addressHash: '3b1c6e0f9d2a48575c1e0b7a6d4f2938c7b6a5948372615f4e3d2c1b0a9f8e7d',
    name: 'Kim',
    subject: 'The printer prints blank pages',
    kind: 'problem',
    text: 'Since Monday every second page comes out blank.',
  },
};
const reopened: IssueEvent = { type: 'IssueReopened', data: { issueId, text: 'It is blank again.' } };
const rated: IssueEvent = { type: 'IssueRated', data: { issueId, helped: true, text: null } };
const closed: IssueEvent = { type: 'IssueClosed', data: { issueId } };

/** The step of the ticket at this revision, as the customer's side knows it. */
export function progressed(ticketRevision: number, step: Step): IssueEvent {
  return {
    type: 'IssueProgressed',
    data: { issueId, ticketId, ticketRevision, step, note: null, at: '2026-11-22T10:15:00.000Z' },
  };
}

/** What happened to an issue before, named after the state that it is in. */
export const histories = {
  unknown: [],
  reported: [reported],
  assigned: [reported, progressed(0, 'prepared'), progressed(1, 'assigned')],
  resolved: [reported, progressed(0, 'prepared'), progressed(3, 'resolved')],
  cancelled: [reported, progressed(0, 'prepared'), progressed(1, 'cancelled')],
  reopened: [reported, progressed(0, 'prepared'), progressed(1, 'cancelled'), progressed(2, 'reopened')],
  resolvedAndRated: [reported, progressed(0, 'prepared'), progressed(3, 'resolved'), rated],
  reopenedByCustomer: [reported, progressed(0, 'prepared'), progressed(3, 'resolved'), rated, reopened],
  closed: [reported, closed],
  closedThenCancelled: [reported, progressed(0, 'prepared'), closed, progressed(1, 'cancelled')],
  closedThenReopened: [
    reported,
    progressed(0, 'prepared'),
    closed,
    progressed(1, 'cancelled'),
    progressed(2, 'reopened'),
  ],
} as const satisfies Record<string, readonly IssueEvent[]>;
