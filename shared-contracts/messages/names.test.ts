import t from 'tap';
import { ALL_GROUPS, categoryOf, deadQueueOf, exchangeOf, idOfStream, queueOf, streamOf } from './names.ts';

t.test('no name of a group is a prefix of another: the filters of groups are prefixes', async (t) => {
  const names = ALL_GROUPS.map(({ name }) => name);
  t.ok(names.length > 1);
  t.strictSame(
    names.filter((name, index) => names.some((other, at) => at !== index && other.startsWith(name))),
    [],
  );
});

t.test('a group is named after the service that it belongs to', async (t) => {
  for (const { name, service, purpose } of ALL_GROUPS) {
    t.match(name, new RegExp(`^${service}\\.[a-z]+(-[a-z]+)*$`));
    t.match(purpose, /^[^\n]+\.$/);
  }
});

t.test('no category is a prefix of another: a group hears nothing that it did not ask for', async (t) => {
  const categories = [
    categoryOf.issue,
    categoryOf.ticket,
    categoryOf.employee,
    categoryOf.inbox('customer'),
    categoryOf.inbox('backoffice'),
    'notification-',
    'signins-',
    'assignments-',
    'setup-',
    'key-',
    'failures-',
    'replay-',
    'control-',
    'erasure-',
  ];
  t.strictSame(
    categories.filter((one, index) => categories.some((other, at) => at !== index && other.startsWith(one))),
    [],
  );
});

t.test('the names that are in the store and on the broker for good', async (t) => {
  t.strictSame(
    [
      streamOf.issue('7'),
      streamOf.ticket('7'),
      streamOf.employee('7'),
      streamOf.inbox('backoffice', '7'),
      streamOf.signIns('7'),
      streamOf.assignments('7'),
      streamOf.setup('admin'),
      streamOf.notification('7'),
      streamOf.key('7'),
      streamOf.failures('customer.inbox'),
      streamOf.replay('customer.inbox'),
      streamOf.parked('customer.inbox'),
      exchangeOf('backoffice'),
      queueOf('backoffice'),
      deadQueueOf('backoffice'),
      idOfStream(categoryOf.inbox('backoffice'), streamOf.inbox('backoffice', '7-8')),
    ],
    [
      'issue-7',
      'ticket-7',
      'employee-7',
      'inbox-backoffice-7',
      'signins-7',
      'assignments-7',
      'setup-admin',
      'notification-7',
      'key-7',
      'failures-customer.inbox',
      'replay-customer.inbox',
      '$persistentsubscription-$all::customer.inbox-parked',
      'backoffice.inbox',
      'backoffice.inbox',
      'backoffice.inbox.dead',
      '7-8',
    ],
  );
});
