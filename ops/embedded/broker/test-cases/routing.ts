import type { Test } from 'tap';
import {
  type BrokerUnderTest,
  collect,
  drain,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
  textsOf,
  unique,
} from '../testing/broker-under-test.ts';

const KEYS = ['', 'a', 'b', 'a.b', 'b.a', 'a.b.c', 'a..c', 'x.a', 'a.b.c.d'];

/** Which message goes to which queue, and what a publisher is told. */
export async function routingCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('topic patterns match as in RabbitMQ', async (t) => {
    const channel = await openChannel(t, broker);
    const exchange = unique('topic');
    await channel.assertExchange(exchange, 'topic', { autoDelete: true, durable: false });
    const patterns = ['#', '*', 'a.*', 'a.#', '#.c', '*.*', 'a.*.c', '#.a.#', 'a.#.c', 'a', '*.#', 'a.b'];
    const received: Record<string, string[]> = {};
    const queues: [string, string][] = [];
    for (const pattern of patterns) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, pattern);
      queues.push([pattern, queue]);
    }
    for (const key of KEYS) channel.publish(exchange, key, Buffer.from(key));
    await channel.waitForConfirms();
    for (const [pattern, queue] of queues) received[pattern] = await drain(channel, queue);
    t.same(received, {
      '#': KEYS,
      '*': ['a', 'b'],
      'a.*': ['a.b'],
      'a.#': ['a', 'a.b', 'a.b.c', 'a..c', 'a.b.c.d'],
      '#.c': ['a.b.c', 'a..c'],
      '*.*': ['a.b', 'b.a', 'x.a'],
      'a.*.c': ['a.b.c', 'a..c'],
      '#.a.#': ['a', 'a.b', 'b.a', 'a.b.c', 'a..c', 'x.a', 'a.b.c.d'],
      'a.#.c': ['a.b.c', 'a..c'],
      a: ['a'],
      '*.#': KEYS.slice(1),
      'a.b': ['a.b'],
    });
  });

  await t.test('direct and fanout exchanges, copies, unbinding; a queue gets a message once', async (t) => {
    const channel = await openChannel(t, broker);
    const [direct, fanout] = [unique('direct'), unique('fanout')];
    await channel.assertExchange(direct, 'direct', { durable: false });
    await channel.assertExchange(fanout, 'fanout', { durable: false });
    const { queue: one } = await channel.assertQueue('', { exclusive: true });
    const { queue: two } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(one, direct, 'x');
    await channel.bindQueue(one, direct, 'y');
    await channel.bindQueue(two, direct, 'y');
    await channel.bindQueue(one, fanout, 'whatever');
    await channel.bindQueue(two, fanout, '');
    channel.publish(direct, 'x', Buffer.from('direct x'));
    channel.publish(direct, 'y', Buffer.from('direct y'));
    channel.publish(direct, 'x', Buffer.from('copied'), { CC: ['y'] });
    channel.publish(direct, 'none', Buffer.from('blind'), { BCC: ['y'] });
    channel.publish(fanout, 'z', Buffer.from('fanout'));
    await channel.unbindQueue(two, direct, 'y');
    channel.publish(direct, 'y', Buffer.from('after'));
    await channel.waitForConfirms();
    const blind = (await collect(channel, two, { noAck: true })).reach(4);
    const headers = (await blind).map(({ properties }) => properties.headers);
    t.same(headers, [{}, { CC: ['y'] }, {}, {}]);
    t.same(textsOf(await blind), ['direct y', 'copied', 'blind', 'fanout']);
    t.same(await drain(channel, one), ['direct x', 'direct y', 'copied', 'blind', 'fanout', 'after']);
    await channel.deleteExchange(direct);
    await channel.deleteExchange(fanout);
  });

  await t.test('what a message carries arrives as it was sent', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const sent = {
      contentType: 'application/json',
      contentEncoding: 'gzip',
      headers: {
        text: 'ä€',
        yes: true,
        byte: -5,
        big: 2 ** 40,
        half: 0.5,
        none: null,
        list: [1, 'two', { three: 3 }],
        bytes: Buffer.from([0, 255]),
        when: { '!': 'timestamp', value: 1_700_000_000 },
      },
      deliveryMode: 2,
      priority: 3,
      correlationId: 'c-1',
      replyTo: 'r-1',
      messageId: 'm-1',
      timestamp: 1_700_000_001,
      type: 'Thing',
      userId: 'guest',
      appId: 'tests',
    };
    const large = Buffer.alloc(1_000_000, 'abcdefghij');
    channel.sendToQueue(queue, Buffer.from('small'), sent);
    channel.sendToQueue(queue, Buffer.alloc(0), { persistent: true });
    channel.sendToQueue(queue, large);
    await channel.waitForConfirms();
    const [small, empty, big] = await (await collect(channel, queue)).reach(3);
    t.same(small?.properties, { ...sent, expiration: undefined, clusterId: undefined });
    t.equal(empty?.content.length, 0);
    t.ok(big?.content.equals(large));
    t.same(small?.fields, {
      consumerTag: small?.fields.consumerTag,
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      routingKey: queue,
    });
  });

  await t.test('a mandatory message that goes nowhere comes back before its confirm', async (t) => {
    const channel = await openChannel(t, broker);
    const order: unknown[] = [];
    channel.on('return', ({ fields, content, properties }) =>
      order.push({ ...fields, content: content.toString(), messageId: properties.messageId }),
    );
    const key = unique('nowhere');
    channel.publish('amq.direct', key, Buffer.from('lost'), { mandatory: true, messageId: '7' }, () =>
      order.push('confirmed'),
    );
    channel.publish('amq.direct', key, Buffer.from('lost too'), {}, () => order.push('confirmed too'));
    await channel.waitForConfirms();
    t.same(order, [
      {
        replyCode: 312,
        replyText: 'NO_ROUTE',
        exchange: 'amq.direct',
        routingKey: key,
        content: 'lost',
        messageId: '7',
      },
      'confirmed',
      'confirmed too',
    ]);
  });

  await t.test('what cannot be published ends the channel', async (t) => {
    const connection = await open(t, broker);
    const setup = quiet(await connection.createConfirmChannel());
    const internal = unique('internal');
    await setup.assertExchange(internal, 'fanout', { internal: true, durable: false });
    const { queue } = await setup.assertQueue('', { exclusive: true });
    const seen: (number | undefined)[] = [];
    for (const [exchange, key, options] of [
      [unique('none'), '', {}],
      [internal, '', {}],
      ['', queue, { userId: 'someone' }],
      ['', queue, { expiration: 'soon' }],
    ] as const) {
      const channel = await connection.createChannel();
      seen.push(await faultOf(channel, () => channel.publish(exchange, key, Buffer.alloc(200_000), options)));
    }
    t.same(seen, [404, 403, 406, 406]);
    await fill(setup, queue, ['still there']);
    t.same(await drain(setup, queue), ['still there']);
    await setup.deleteExchange(internal);
  });
}
