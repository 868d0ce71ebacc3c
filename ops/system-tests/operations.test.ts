// What operators ask of a service: a request in its control stream, progress and a result beside it.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import {
  cancelOperation,
  readOperations,
  requestOperation,
} from '../../shared-contracts/runtime/operations/control-stream.ts';
import { type Operation, operations } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { eventually } from './testing/eventually.ts';
import { consume } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const declaration = {
  name: 'projections.control',
  service: 'projections',
  purpose: 'Serves a test.',
  order: 'by-stream',
} as const;

function ask(store: EventStore, operation: 'rebuild' | 'erase' = 'rebuild') {
  const operationId = randomUUID();
  const request = { operationId, operation, target: 'tickets', by: 'operator:sam' };
  return { operationId, request, send: () => requestOperation(store, 'projections', request) };
}

const stateOf = async (store: EventStore, operationId: string) =>
  (await readOperations(store, 'projections')).get(operationId);

t.test('an operation is done once, however often it is asked for, and says how far it is', async (t) => {
  const store = await openTestStore(t);
  const targets: string[] = [];
  const rebuild: Operation = async (target, report) => {
    targets.push(target);
    for (let done = 0; done <= 10; done += 5) await report(done, 10);
  };
  const { operationId, request, send } = ask(store);
  await send();
  await send();
  consume(t, store, operations(store, declaration, { rebuild }));
  const state = await eventually('it is done', async () => {
    const found = await stateOf(store, operationId);
    return found?.condition === 'done' && found;
  });
  t.strictSame(state, { ...request, condition: 'done', done: 10, total: 10, detail: null });
  const { operationId: second, send: sendSecond } = ask(store);
  await sendSecond();
  await eventually('the next is done', async () => (await stateOf(store, second))?.condition === 'done');
  t.strictSame(targets, ['tickets', 'tickets']);
});

t.test('an operation that is taken back stops, and one that has not begun never does', async (t) => {
  const store = await openTestStore(t);
  let reports = 0;
  const rebuild: Operation = async (_target, report) => {
    while ((await report(reports, null)) === 'go-on') {
      reports += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const [running, waiting] = [ask(store), ask(store)];
  await running.send();
  await waiting.send();
  consume(t, store, operations(store, declaration, { rebuild }));
  await eventually('it runs', () => reports > 0);
  await cancelOperation(store, 'projections', waiting.operationId, 'operator:sam');
  await cancelOperation(store, 'projections', running.operationId, 'operator:sam');
  await eventually(
    'both have ended',
    async () => (await stateOf(store, waiting.operationId))?.condition === 'cancelled',
  );
  t.equal((await stateOf(store, running.operationId))?.condition, 'cancelled');
});

t.test('what cannot be done is told to the operator, and holds nothing up', async (t) => {
  const store = await openTestStore(t);
  const rebuild: Operation = async () => {
    throw new Error('The read model of kim@example.org is broken.');
  };
  const [failing, unknown] = [ask(store), ask(store, 'erase')];
  await failing.send();
  await unknown.send();
  consume(t, store, operations(store, declaration, { rebuild }));
  await eventually(
    'both have ended',
    async () => (await stateOf(store, unknown.operationId))?.condition === 'failed',
  );
  t.equal(
    (await stateOf(store, failing.operationId))?.detail,
    'Error: The read model of <address> is broken.',
  );
  t.equal((await stateOf(store, unknown.operationId))?.detail, 'This service cannot do "erase".');
});
