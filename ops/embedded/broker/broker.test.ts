import t, { type Test } from 'tap';
import { startBrokerNode } from './node.ts';
import { connectingCases } from './test-cases/connecting.ts';
import { consumingCases } from './test-cases/consuming.ts';
import { deadLetterCases } from './test-cases/dead-letters.ts';
import { declaringCases } from './test-cases/declaring.ts';
import { redeliveringCases } from './test-cases/redelivering.ts';
import { refusingCases } from './test-cases/refusing.ts';
import { routingCases } from './test-cases/routing.ts';
import type { BrokerUnderTest } from './testing/broker-under-test.ts';

const rabbitUrl = process.env.DESKSTREAM_TEST_AMQP_URL;

async function runAll(test: Test, broker: BrokerUnderTest): Promise<void> {
  await test.test('connecting', (each) => connectingCases(each, broker));
  await test.test('declaring', (each) => declaringCases(each, broker));
  await test.test('refusing', (each) => refusingCases(each, broker));
  await test.test('routing', (each) => routingCases(each, broker));
  await test.test('consuming', (each) => consumingCases(each, broker));
  await test.test('redelivering', (each) => redeliveringCases(each, broker));
  await test.test('dead letters', (each) => deadLetterCases(each, broker));
}

t.test('the embedded broker', async (test) => {
  const node = await startBrokerNode({ dataDir: test.testdir(), port: 0, pagePort: 0 });
  test.teardown(() => node.close());
  await runAll(test, { url: `amqp://guest:guest@127.0.0.1:${node.ports.broker}` });
});

t.test(
  'a real RabbitMQ',
  { skip: rabbitUrl ? false : 'DESKSTREAM_TEST_AMQP_URL names no RabbitMQ' },
  async (test) => {
    await runAll(test, { url: rabbitUrl ?? '' });
  },
);
