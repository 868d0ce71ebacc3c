// The pure parts of what operators see.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { AUDITED, auditEntryOf, fitsAudit } from './audit-entry.ts';
import { linesOf, serviceOf, treeOf } from './conversation.ts';
import { csvLine } from './csv.ts';
import { type GroupFigures, judgeGroup } from './group-state.ts';
import type { ObservedEvent } from './observed-event.ts';
import { columnsPath, MINUTES, RateRing } from './rate-ring.ts';

function event(id: string, causationId: string): ObservedEvent {
  const metadata = {
    $correlationId: 'c',
    $causationId: causationId,
    actor: 'customer',
    schemaVersion: 1,
    occurredAt: '2026-11-23T10:00:00.000Z',
  };
  return {
    ...{ stream: 'issue-1', revision: 0, id, type: 'IssueReported', writtenAt: new Date(0), data: {} },
    ...{ metadata, ours: metadata, notDecoded: undefined, erased: false },
  };
}

t.test('causes make a tree; what nothing here caused stands at its root', (t) => {
  const events = [
    event('a', 'a request'),
    event('b', 'a'),
    event('c', 'b'),
    event('d', 'a'),
    event('e', 'another request'),
    // Only a broken writer makes a circle, or an event that causes itself: both are shown all the same.
    event('f', 'g'),
    event('g', 'f'),
    event('h', 'h'),
  ];
  t.strictSame(
    linesOf(treeOf(events)).map((line) => `${line.depth}${line.event.id}`),
    ['0a', '1b', '2c', '1d', '0e', '0h', '0f', '1g'],
  );
  t.strictSame(
    ['issue-1', 'inbox-customer-1', 'ticket-1', 'failures-backoffice.inbox', 'control-projections', 'x'].map(
      serviceOf,
    ),
    ['customer', 'customer', 'backoffice', 'backoffice', 'projections', ''],
  );
  t.end();
});

t.test('a group is judged by the store, its service and its ledger', (t) => {
  const well: GroupFigures = {
    ...{ exists: true, instances: 1, inFlight: 0 },
    ...{ lag: 0, lagIsMore: false, lagMs: 0, stillForMs: 0 },
  };
  const lagging = { ...well, lag: 5, lagMs: 20_000 };
  const judged = [
    judgeGroup(well, undefined, 0),
    judgeGroup(lagging, undefined, 0),
    judgeGroup({ ...well, lag: 5, lagMs: 900 }, undefined, 0),
    judgeGroup(lagging, undefined, 2),
    judgeGroup({ ...lagging, stillForMs: 61_000 }, undefined, 2),
    judgeGroup(lagging, 'paused: What the handlers need is down (ECONNREFUSED).', 2),
    judgeGroup({ ...well, instances: 0 }, undefined, 0),
    judgeGroup({ ...well, exists: false, instances: 0 }, undefined, 0),
  ];
  t.strictSame(
    judged.map(({ state }) => state),
    ['healthy', 'behind', 'healthy', 'failing', 'stalled', 'paused', 'stalled', 'stalled'],
  );
  t.equal(judged[5]?.reason, 'What the handlers need is down (ECONNREFUSED).');
  t.end();
});

t.test('an hour of rates is kept by the minute', (t) => {
  const ring = new RateRing();
  const minute = 60_000;
  const begun = 1000 * minute;
  ring.add(30, begun);
  ring.add(30, begun + 30_000);
  t.equal(ring.perSecond(begun + 30_000), 2);
  ring.add(6, begun + minute);
  t.strictSame(ring.minutes(begun + minute).slice(-3), [0, 60, 6]);
  t.strictSame(ring.minutes(begun + 59 * minute).slice(0, 2), [60, 6]);
  t.equal(ring.minutes(begun + 59 * minute).length, MINUTES);
  t.strictSame(
    ring.minutes(begun + 70 * minute).filter((count) => count > 0),
    [],
  );
  t.equal(ring.perSecond(begun + 70 * minute), 0);
  t.equal(columnsPath([0, 5, 10], 30, 20), 'M10 20v-10h8v10zM20 20v-20h8v20z');
  t.end();
});

t.test('what stands in an export is no formula, and stays in its field', (t) => {
  const line = csvLine(['=1+1', '+1', '-1', '@x', '\t=1', 'a "word"', 'one\ntwo', 'plain, text', 'plain']);
  t.equal(line, `"'=1+1","'+1","'-1","'@x","'\t=1","a ""word""","one\ntwo","plain, text",plain\r\n`);
  t.end();
});

t.test('deeds are told with who did them, and found by that', (t) => {
  const employeeId = randomUUID();
  const metadata = {
    ...{ $correlationId: 'c', $causationId: 'c', schemaVersion: 1 },
    ...{ actor: 'employee:boss', occurredAt: '2026-11-23T10:00:00.000Z' },
  };
  const at = { stream: 's', revision: 3 };
  const told = (type: string, data: Record<string, unknown>) => auditEntryOf(at, type, data, metadata);
  t.equal(told('TicketPrepared', {}), undefined);
  const signIn = told('SignInTried', { employeeId, site: 'console' });
  t.match(signIn, {
    who: `employee:${employeeId}`,
    kind: 'sign-ins',
    what: 'gave a password at the console',
  });
  const replay = told('ReplayStarted', { group: 'customer.inbox', total: 3, by: 'operator:sam' });
  t.match(replay, { who: 'operator:sam', kind: 'recovery', what: 'replayed 3 messages of customer.inbox' });
  t.match(told('EmployeeDeactivated', { employeeId }), { who: 'employee:boss', employeeId });
  for (const type of Object.keys(AUDITED)) t.type(told(type, {})?.what, 'string', `${type} without its data`);
  const fits = (filter: Parameters<typeof fitsAudit>[2]) => replay && fitsAudit(replay, 'Sam Ito', filter);
  t.strictSame(
    [
      fits({}),
      fits({ who: 'ito' }),
      fits({ who: 'operator:SAM' }),
      fits({ who: 'kim' }),
      fits({ kind: 'recovery' }),
      fits({ kind: 'accounts' }),
      fits({ from: new Date('2026-11-23'), to: new Date('2026-11-24') }),
      fits({ to: new Date('2026-11-23') }),
    ],
    [true, true, true, false, true, false, true, false],
  );
  t.end();
});
