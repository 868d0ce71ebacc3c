// An instance of a service in a process of its own, so that it can be killed; or that kills itself at one certain moment.
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { startConsumer } from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { connectTestStore } from './connect-test-store.ts';
import { countedGroup, refusePoison, takeEffect } from './counted-group.ts';
import { handlerOfNew, NEXT_CATALOGUE } from './next-version.ts';
import { around, watchedStore } from './watched-store.ts';

/** What the process runs, as JSON in its only argument. */
export type ConsumerProcess = {
  readonly url: string;
  readonly groups: readonly { readonly tag: string; readonly order: SubscriptionGroup['order'] }[];
  /** The moment at which it dies; for handlers `before` or `after` the kind of delivery and the revision: `after live 0`. */
  readonly diesAt?: string;
  /** An instance of the next version (`next-version.ts`). */
  readonly isNext?: boolean;
};

const options: ConsumerProcess = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', () => process.exit(0));
process.once('SIGTERM', async () => {
  await Promise.all(consumers.map((consumer) => consumer.close()));
  process.exit(0);
});
const at = (moment: string) => {
  if (moment === options.diesAt) process.kill(process.pid, 'SIGKILL');
};
const plain = connectTestStore(options.url, options.isNext ? NEXT_CATALOGUE : undefined);
const consumers = options.groups.map(({ tag, order }) => {
  const handle = async (envelope: Envelope) => {
    const { delivery, origin } = envelope;
    await around(at, `${delivery.kind} ${origin.revision}`, async () => {
      await refusePoison(envelope);
      await takeEffect(plain, envelope);
    });
  };
  const group = countedGroup(tag, order, handle);
  const handlers = options.isNext ? [...group.handlers, handlerOfNew(handle)] : group.handlers;
  const logger = createLogger('test', 'silent', 'json');
  return startConsumer({ store: watchedStore(plain, at), logger }, { ...group, handlers });
});
process.send?.('started');
