import t from 'tap';
import { streamOf } from '../../messages/names.ts';
import { deterministicId } from '../ids.ts';
import { streamTemplate } from './names.ts';

const id = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';

t.test('the name of a span has no id in it', async (t) => {
  t.strictSame(
    [
      streamOf.issue(id),
      streamOf.ticket(id),
      streamOf.employee(id),
      streamOf.notification(id),
      streamOf.inbox('backoffice', id),
      streamOf.failures('customer.notifications'),
      streamOf.replay('customer.notifications'),
      'control-projections',
      'nodash',
    ].map(streamTemplate),
    [
      'issue-{id}',
      'ticket-{id}',
      'employee-{id}',
      'notification-{id}',
      'inbox-backoffice-{id}',
      'failures-customer.notifications',
      'replay-customer.notifications',
      'control-projections',
      'nodash',
    ],
  );
});

t.test('a deterministic id is the same for the same cause, in every version of this product', async (t) => {
  t.equal(deterministicId('issue-1', id, 0), deterministicId('issue-1', id, 0));
  t.equal(deterministicId('issue-1', id, 0), '7be14d5d-2e39-5e4a-95e5-bd0c63706027');
  t.equal(
    new Set([
      deterministicId('issue-1', id, 0),
      deterministicId('issue-1', id, 1),
      deterministicId('issue-2', id, 0),
      deterministicId('issue-1', id),
    ]).size,
    4,
  );
});
