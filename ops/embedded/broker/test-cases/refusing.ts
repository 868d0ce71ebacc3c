import type { Test } from 'tap';
import {
  type BrokerUnderTest,
  faultOf,
  fill,
  open,
  quiet,
  refusalOf,
  unique,
} from '../testing/broker-under-test.ts';

/** What is refused, with the reply codes and in the words of RabbitMQ. */
export async function refusingCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  await t.test('what cannot be declared ends the channel with the protocol’s code', async (t) => {
    const connection = await open(t, broker);
    const stranger = await open(t, broker);
    const own = unique('own');
    const topic = unique('topic');
    const setup = quiet(await connection.createChannel());
    await setup.assertQueue(own, { exclusive: true, durable: false });
    await setup.assertExchange(topic, 'topic', { durable: false, autoDelete: true });
    await setup.bindQueue(own, topic, 'a.*');
    const attempts: [
      string,
      number,
      (channel: Awaited<ReturnType<typeof connection.createChannel>>) => unknown,
    ][] = [
      ['passive, no such queue', 404, (channel) => channel.checkQueue(unique('none'))],
      ['passive, no such exchange', 404, (channel) => channel.checkExchange(unique('none'))],
      [
        'the same queue, another property',
        406,
        (channel) => channel.assertQueue(own, { exclusive: true, autoDelete: true }),
      ],
      [
        'another argument',
        406,
        (channel) => channel.assertQueue(own, { exclusive: true, durable: false, messageTtl: 5 }),
      ],
      [
        'the same exchange, another type',
        406,
        (channel) => channel.assertExchange(topic, 'fanout', { durable: false, autoDelete: true }),
      ],
      ['a reserved queue name', 403, (channel) => channel.assertQueue('amq.mine')],
      ['a reserved exchange name', 403, (channel) => channel.assertExchange('amq.mine', 'direct')],
      ['binding to the default exchange', 403, (channel) => channel.bindQueue(own, '', 'x')],
      ['checking the default exchange', 403, (channel) => channel.checkExchange('')],
      [
        'a quorum queue without a name',
        406,
        (channel) => channel.assertQueue('', { arguments: { 'x-queue-type': 'quorum' } }),
      ],
      [
        'a limit of returns for a classic queue',
        406,
        (channel) => channel.assertQueue('', { arguments: { 'x-delivery-limit': 3 } }),
      ],
      [
        'a dead letter key without exchange',
        406,
        (channel) => channel.assertQueue('', { deadLetterRoutingKey: 'x' }),
      ],
      ['binding to no exchange', 404, (channel) => channel.bindQueue(own, unique('none'), 'x')],
      ['binding no queue', 404, (channel) => channel.bindQueue(unique('none'), topic, 'x')],
      ['an exchange in use', 406, (channel) => channel.deleteExchange(topic, { ifUnused: true })],
      ['a predeclared exchange', 403, (channel) => channel.deleteExchange('amq.topic')],
      [
        'a queue argument of the wrong type',
        406,
        (channel) => channel.assertQueue('', { arguments: { 'x-message-ttl': 'soon' } }),
      ],
      [
        'a quorum queue that is not durable',
        406,
        (channel) =>
          channel.assertQueue(unique('q'), { durable: false, arguments: { 'x-queue-type': 'quorum' } }),
      ],
      ['consuming no queue', 404, (channel) => channel.consume(unique('none'), () => undefined)],
      ['getting from no queue', 404, (channel) => channel.get(unique('none'))],
      ['purging no queue', 404, (channel) => channel.purgeQueue(unique('none'))],
    ];
    const seen: [string, number | undefined][] = [];
    for (const [what, , attempt] of attempts) {
      const channel = await connection.createChannel();
      seen.push([what, await faultOf(channel, () => attempt(channel))]);
    }
    const foreign: [string, (channel: Awaited<ReturnType<typeof connection.createChannel>>) => unknown][] = [
      ['declare', (channel) => channel.assertQueue(own, { exclusive: true, durable: false })],
      ['check', (channel) => channel.checkQueue(own)],
      ['consume', (channel) => channel.consume(own, () => undefined)],
      ['delete', (channel) => channel.deleteQueue(own)],
    ];
    for (const [what, attempt] of foreign) {
      const channel = await stranger.createChannel();
      seen.push([`${what} another connection’s queue`, await faultOf(channel, () => attempt(channel))]);
    }
    t.same(seen, [
      ...attempts.map(([what, code]) => [what, code]),
      ...foreign.map(([what]) => [`${what} another connection’s queue`, 405]),
    ]);
  });

  await t.test('refusals say what RabbitMQ says', async (t) => {
    const connection = await open(t, broker);
    const setup = quiet(await connection.createConfirmChannel());
    const [queue, exchange] = [unique('queue'), unique('exchange')];
    await setup.assertQueue(queue, { exclusive: true, durable: false });
    await setup.assertExchange(exchange, 'topic', { durable: false });
    await fill(setup, queue, ['one']);
    const quorum = { 'x-queue-type': 'quorum' };
    const refusals: [RegExp, (channel: typeof setup) => unknown][] = [
      [
        new RegExp(`^NOT_FOUND - no queue '${queue}-none' in vhost '/'$`),
        (channel) => channel.checkQueue(`${queue}-none`),
      ],
      [
        new RegExp(`^NOT_FOUND - no exchange '${queue}-none' in vhost '/'$`),
        (channel) => channel.publish(`${queue}-none`, '', Buffer.from('x')),
      ],
      [
        new RegExp(
          `^PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '${queue}' in vhost '/': received 'true' but current is 'false'$`,
        ),
        (channel) => channel.assertQueue(queue, { exclusive: true, autoDelete: true }),
      ],
      [
        new RegExp(
          `^PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '${queue}' in vhost '/': received the value '5'.* but current is none$`,
        ),
        (channel) => channel.assertQueue(queue, { exclusive: true, durable: false, messageTtl: 5 }),
      ],
      [
        new RegExp(
          `^PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${queue}' in vhost '/': received the value 'quorum'`,
        ),
        (channel) => channel.assertQueue(queue, { exclusive: true, durable: false, arguments: quorum }),
      ],
      [
        new RegExp(
          `^PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${exchange}' in vhost '/': received 'fanout' but current is 'topic'$`,
        ),
        (channel) => channel.assertExchange(exchange, 'fanout', { durable: false }),
      ],
      [
        new RegExp(`^PRECONDITION_FAILED - queue '${queue}' in vhost '/' not empty$`),
        (channel) => channel.deleteQueue(queue, { ifEmpty: true }),
      ],
      [
        /^ACCESS_REFUSED - deletion of system exchange 'amq.topic' in vhost '\/' not allowed$/,
        (channel) => channel.deleteExchange('amq.topic'),
      ],
      [
        /^PRECONDITION_FAILED - unknown delivery tag 7$/,
        (channel) => {
          const message = { fields: { deliveryTag: 7 } };
          Reflect.apply(channel.ack, channel, [message]);
        },
      ],
      [
        /^PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'amq\.gen-.*' in vhost '\/': /,
        (channel) => channel.assertQueue('', { arguments: { 'x-message-ttl': -1 } }),
      ],
      [
        /^PRECONDITION_FAILED - invalid arg 'x-queue-mode' for queue '.*' in vhost '\/'/,
        (channel) => channel.assertQueue(unique('q'), { arguments: { ...quorum, 'x-queue-mode': 'lazy' } }),
      ],
      [
        /^PRECONDITION_FAILED - invalid message: /,
        (channel) => channel.sendToQueue(queue, Buffer.from('x'), { headers: { CC: 'no list' } }),
      ],
    ];
    for (const [expected, attempt] of refusals) {
      const channel = await connection.createConfirmChannel();
      t.match(await refusalOf(channel, () => attempt(channel)), expected);
    }
    const asClassic = await connection.createChannel();
    const options = { exclusive: true, durable: false, arguments: { 'x-queue-type': 'classic' } };
    t.match(
      await asClassic.assertQueue(queue, options),
      { queue },
      'a queue without a type is a classic one',
    );
    const stranger = quiet(await (await open(t, broker)).createChannel());
    await stranger.unbindQueue(queue, exchange, 'x');
    await setup.deleteExchange(exchange);
  });

  await t.test('an exchange type that does not exist ends the connection', async (t) => {
    const connection = await open(t, broker);
    const channel = quiet(await connection.createChannel());
    t.equal(await faultOf(connection, () => channel.assertExchange(unique('odd'), 'odd')), 503);
  });
}
