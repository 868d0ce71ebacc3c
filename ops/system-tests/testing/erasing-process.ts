// What every service does of an erasure, in a process of its own that kills itself before it writes down the next thing.
import { control } from '../../../backoffice/handlers/control.ts';
import { type EraseDeps, eraseOperation } from '../../../customer/erasure/erase-customer.ts';
import { GROUPS } from '../../../shared-contracts/messages/names.ts';
import { startConsumer } from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import { ErasureLog } from '../../../shared-contracts/runtime/erasure/erasure-log.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { NewEvent } from '../../../shared-contracts/runtime/event-store/stored-event.ts';
import { operations } from '../../../shared-contracts/runtime/operations/run-operations.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { changedClient } from './changed-client.ts';
import { connectTestStore } from './connect-test-store.ts';

/** What the process runs, as JSON in its only argument. */
export type ErasingProcess = {
  readonly url: string;
  readonly settings: EraseDeps['settings'];
  /** Where the back office looks for its broker; undefined: where the customer service does. */
  readonly backofficeAmqpUrl?: string;
  /** It dies at the first moment that is not one of these, and says which it was; undefined: it lives. */
  readonly survives?: readonly string[];
};

const { url, settings, survives, backofficeAmqpUrl }: ErasingProcess = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', () => process.exit(0));

/** Nothing comes after the moment at which it dies. */
const at = async (moment: string): Promise<void> => {
  if (survives === undefined || survives.includes(moment)) return;
  await new Promise(() => process.send?.(moment, () => process.kill(process.pid, 'SIGKILL')));
};

const store = dying(connectTestStore(url));
const logger = createLogger('test', 'silent', 'json');
const stop = new AbortController().signal;
const groups = [
  operations(store, GROUPS.customerControl, {
    erase: eraseOperation({ store, settings, stop, settleMs: 0 }),
  }),
  control(store, backofficeAmqpUrl ?? settings.amqpUrl),
  // Without a database there are no documents, which is what this part says.
  operations(store, GROUPS.projectionsControl, {
    erase: async (erasureId) => {
      const log = new ErasureLog(store, erasureId, `system:${GROUPS.projectionsControl.name}`);
      await log.give({ type: 'FinishStep', step: 'documents', count: 0, outOfReach: true });
    },
  }),
];
const consumers = groups.map((group) => startConsumer({ store, logger }, group));
process.once('SIGTERM', async () => {
  await Promise.all(consumers.map((consumer) => consumer.close()));
  process.exit(0);
});

function dying(plain: EventStore): EventStore {
  const { client } = plain;
  const tombstoneStream: typeof client.tombstoneStream = async (...args) => {
    await at('a key is deleted');
    return client.tombstoneStream(...args);
  };
  return {
    ...plain,
    client: changedClient(client, { tombstoneStream }),
    append: async (stream, events, expected) => {
      await at(momentOf(stream, events));
      return plain.append(stream, events, expected);
    },
    collect: async (stream, events) => {
      if (events[0]?.event.type !== 'GroupSettingsApplied') await at(momentOf(stream, events));
      return plain.collect(stream, events);
    },
  };
}

/** Of what is written once for each service or step, the moment tells which. */
function momentOf(stream: string, [first]: readonly NewEvent[]): string {
  const { type = '', data = {} } = first?.event ?? {};
  if (stream.startsWith('control-')) return `${type} in ${stream}`;
  if (type === 'SubjectsErased') return `${type} ${whose(data)}`;
  return 'step' in data ? `${type} ${data.step}` : type;
}

/** The last key to go is the erasure's own, under which the address is. */
function whose({ erasureId, subjects }: Readonly<Record<string, unknown>>): string {
  return Array.isArray(subjects) && subjects.includes(erasureId) ? 'of the address' : 'of the customer';
}
