import type { Kind } from '../messages/fields.ts';
import type { Step } from '../messages/issue-events.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';

export const ISSUE_STATUSES = ['open', 'waiting', 'resolved', 'cancelled', 'closed'] as const;
export type IssueStatus = (typeof ISSUE_STATUSES)[number];

/** One issue as its customer knows it. Nothing personal: what a mail or a page says about it is in its stream. */
export type IssueDocument = RevisionedDocument & {
  readonly addressHash: string;
  readonly customerId: string;
  readonly kind: Kind;
  readonly status: IssueStatus;
  readonly step: Step | null;
  readonly ticketRevision: number;
  readonly ticketId: string | null;
  readonly helped: boolean | null;
  readonly ratedAt: Date | null;
  readonly reportedAt: Date;
  readonly updatedAt: Date;
};

export const ISSUES: ReadModel<IssueDocument> = {
  name: 'issues',
  version: 2,
  meaning: 'An issue as its customer knows it.',
  fields: {
    _id: 'Id of the issue.',
    revision: 'Revision of the last event of `issue-{_id}` that the document has taken in.',
    addressHash: 'Keyed hash of the address: the issues that one customer reported have the same.',
    customerId: 'The subject under whose key the personal data of the issue and of its ticket is.',
    kind: '`question`, `problem` or `request`.',
    status:
      '`open`, `waiting` (for the customer), `resolved`, `cancelled` (by the desk) or `closed` (by the customer).',
    step: 'The last step of the ticket that the customer service has heard of; null for none.',
    ticketRevision:
      'Revision of its ticket at that step; -1 for none. News of an earlier one comes late, and leaves status and step alone.',
    ticketId: 'Its ticket; null until the customer service has heard of it.',
    helped: 'What the customer said about the resolution: whether it helped; null for nothing.',
    ratedAt: 'When the customer said so.',
    reportedAt: 'When the customer reported it.',
    updatedAt: 'When the last event happened to it.',
  },
  personal: [],
  indexes: [
    { keys: { addressHash: 1, reportedAt: -1, _id: 1 }, options: { name: 'by_address' } },
    { keys: { reportedAt: -1, _id: 1 }, options: { name: 'by_reported' } },
  ],
  example: {
    _id: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    revision: 3,
    addressHash: '3b1c6e0f9d2a48575c1e0b7a6d4f2938c7b6a5948372615f4e3d2c1b0a9f8e7d',
    customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
    kind: 'problem',
    status: 'resolved',
    step: 'resolved',
    ticketRevision: 4,
    ticketId: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
    helped: true,
    ratedAt: new Date('2026-11-22T13:00:00Z'),
    reportedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date('2026-11-22T13:00:00Z'),
  },
};
