import t from 'tap';
import { CATALOGUE } from './catalogue.ts';
import { settingsOf } from './group-settings.ts';
import { ALL_GROUPS, categoryOf } from './names.ts';
import { prefixOf, STREAMS } from './streams.ts';
import { SUBSCRIPTIONS } from './subscriptions.ts';

const typesOf = ({ holds }: (typeof STREAMS)[keyof typeof STREAMS]) =>
  holds.flatMap(({ types }) => types.map(({ type }) => type));

t.test('every type of the catalogue has its streams, and somebody who appends it', async (t) => {
  const types = new Set(Object.values(STREAMS).flatMap(typesOf));
  t.strictSame([...types].sort(), [...CATALOGUE.keys()].sort());
});

t.test('the streams are those that the filters of groups mean', async (t) => {
  const { issue, ticket, employee, customerInbox, backofficeInbox } = STREAMS;
  t.strictSame([issue, ticket, employee, customerInbox, backofficeInbox].map(prefixOf), [
    categoryOf.issue,
    categoryOf.ticket,
    categoryOf.employee,
    categoryOf.inbox('customer'),
    categoryOf.inbox('backoffice'),
  ]);
});

t.test('operations are done one at a time, whoever makes the group', async (t) => {
  const single = ALL_GROUPS.filter((group) => settingsOf(group).bufferSize === 1).map(({ name }) => name);
  t.strictSame(single, ['customer.control', 'backoffice.control', 'projections.control']);
});

t.test('every group says what it hears, and leaves alone only what it would hear', async (t) => {
  t.strictSame(
    SUBSCRIPTIONS.map(({ group }) => group),
    ALL_GROUPS,
  );
  for (const { group, hears, ignores } of SUBSCRIPTIONS) {
    const heard = new Set<string>(
      hears.flatMap(({ holds }) => holds.flatMap(({ types }) => types.map(({ type }) => type))),
    );
    t.strictSame(
      ignores.filter(({ type }) => !heard.has(type)),
      [],
      group.name,
    );
  }
});
