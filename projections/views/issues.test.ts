import t from 'tap';
import { ISSUES, type IssueDocument } from '../../shared-contracts/documents/issue-document.ts';
import type { IssueEvent } from '../../shared-contracts/messages/issue-events.ts';
import { issues } from './issues.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';

const { _id: issueId, addressHash, customerId, ticketId: known } = ISSUES.example;
const ticketId = known ?? '';
const at = NOW.toISOString();
const open: IssueDocument = {
  ...ISSUES.example,
  status: 'open',
  step: 'started',
  ticketRevision: 4,
  helped: null,
  ratedAt: null,
};
const rated = { helped: false, ratedAt: new Date('2026-11-22T12:00:00Z') };
const progressed = { issueId, ticketId, ticketRevision: 5, note: null, at };

const table: ViewTable<IssueDocument, IssueEvent> = {
  IssueReported: [
    {
      before: null,
      data: {
        issueId,
        customerId,
        email: 'kim@example.org',
        addressHash,
        name: 'Kim',
        subject: 'Blank pages',
        kind: 'problem',
        text: 'Every second page.',
      },
      becomes: {
        addressHash,
        customerId,
        kind: 'problem',
        status: 'open',
        step: null,
        ticketRevision: -1,
        ticketId: null,
        helped: null,
        ratedAt: null,
        reportedAt: NOW,
        updatedAt: NOW,
      },
    },
  ],
  IssueClosed: [{ data: { issueId }, becomes: { status: 'closed' } }],
  IssueReplied: [
    { data: { issueId, text: 'The thin one.' }, becomes: {} },
    { before: { status: 'waiting' }, data: { issueId, text: 'The thin one.' }, becomes: { status: 'open' } },
  ],
  IssueReopened: [
    {
      before: { ...rated, status: 'resolved', step: 'resolved' },
      data: { issueId, text: 'Blank again.' },
      becomes: { status: 'open', step: 'reopened', helped: null, ratedAt: null },
    },
    {
      before: { status: 'closed' },
      data: { issueId, text: 'Blank again.' },
      becomes: { status: 'open', step: 'reopened' },
    },
  ],
  IssueRated: [
    {
      before: { status: 'resolved', step: 'resolved' },
      data: { issueId, helped: true, text: null },
      becomes: { helped: true, ratedAt: NOW },
    },
  ],
  IssueAnswered: [
    { data: { issueId, ticketId, from: 'Ada', text: 'Which paper?', at }, becomes: {} },
    {
      before: { ticketId: null },
      data: { issueId, ticketId, from: 'Ada', text: 'Which paper?', at },
      becomes: { ticketId },
    },
  ],
  IssueProgressed: [
    {
      before: { ticketId: null, step: null },
      data: { ...progressed, step: 'prepared' },
      becomes: { ticketRevision: 5, ticketId, step: 'prepared' },
    },
    {
      data: { ...progressed, step: 'waiting' },
      becomes: { ticketRevision: 5, status: 'waiting', step: 'waiting' },
    },
    {
      before: { status: 'waiting', step: 'waiting' },
      data: { ...progressed, step: 'status-reported' },
      becomes: { ticketRevision: 5, status: 'open', step: 'status-reported' },
    },
    {
      data: { ...progressed, step: 'resolved' },
      becomes: { ticketRevision: 5, status: 'resolved', step: 'resolved' },
    },
    {
      data: { ...progressed, step: 'cancelled' },
      becomes: { ticketRevision: 5, status: 'cancelled', step: 'cancelled' },
    },
    // What the customer closed is not cancelled or resolved by the desk.
    {
      before: { status: 'closed' },
      data: { ...progressed, step: 'cancelled' },
      becomes: { ticketRevision: 5, step: 'cancelled' },
    },
    {
      before: { ...rated, status: 'closed', step: 'resolved' },
      data: { ...progressed, step: 'reopened' },
      becomes: { ticketRevision: 5, status: 'open', step: 'reopened', helped: null, ratedAt: null },
    },
    // It was overtaken by the step at revision 4.
    {
      before: { status: 'resolved', step: 'resolved' },
      data: { ...progressed, ticketRevision: 3, step: 'status-reported' },
      becomes: {},
    },
  ],
};

t.test('how each event changes an issue', async (t) => {
  for (const { what, found, wanted } of outcomesOf(issues, open, { updatedAt: NOW }, table)) {
    t.strictSame(found, wanted, what);
  }
});
