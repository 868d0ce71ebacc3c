import type { PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';
import t from 'tap';
import { Acknowledgements } from './acknowledgements.ts';

type Message = PersistentSubscriptionToAllResolvedEvent;
const message = (): Message => ({ retryCount: 0 });

/** A subscription that notes what it is asked for; its requests end when it is told to. */
function subscription(request: () => Promise<void>) {
  const asked: string[] = [];
  return {
    asked,
    ack: (...messages: Message[]) => {
      asked.push(`ack ${messages.length}`);
      return request();
    },
    nack: (_action: string, reason: string) => {
      asked.push(`park ${reason}`);
      return request();
    },
  };
}

const never = () => new Promise<void>(() => undefined);

t.test('what is handled in one turn is acknowledged with one request', async (t) => {
  const { asked, ...settling } = subscription(async () => undefined);
  const acknowledgements = new Acknowledgements(settling);
  await Promise.all([1, 2, 3].map(() => acknowledgements.add(message())));
  await acknowledgements.park(message(), 'why');
  t.strictSame(asked, ['ack 3', 'park why']);
});

t.test('nobody waits for a request on a call that has ended', async (t) => {
  const { asked, ...settling } = subscription(never);
  const acknowledgements = new Acknowledgements(settling);
  const sent = acknowledgements.add(message());
  await new Promise((resolve) => setImmediate(resolve));
  const parking = acknowledgements.park(message(), 'why');
  const waiting = acknowledgements.add(message());
  acknowledgements.close();
  await Promise.all([sent, parking, waiting]);
  await acknowledgements.add(message());
  await acknowledgements.park(message(), 'why');
  t.strictSame(asked, ['ack 1', 'park why'], 'nothing is sent any more');
});
