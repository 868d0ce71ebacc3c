import { randomUUID } from 'node:crypto';
import { BACKWARDS, binaryEvent, END, jsonEvent } from '@eventstore/db-client';
import t from 'tap';
import { collect } from '../testing/answers.ts';
import { startTestNode } from '../testing/start-node.ts';
import { event } from './testing/events.ts';

const { client } = await startTestNode(t);

t.test('links are followed where that is asked for', async (t) => {
  const mark = randomUUID();
  const target = `target-${mark}`;
  const links = `links-${mark}`;
  await client.appendToStream(target, [event('A'), event('B')]);
  await client.appendToStream(
    links,
    [`1@${target}`, `7@${target}`, `0@${target}`].map((data) =>
      binaryEvent({ type: '$>', data: Buffer.from(data) }),
    ),
  );
  const plain = await collect(client.readStream(links));
  t.same(
    plain.map(({ event, link }) => [event?.type, link]),
    [
      ['$>', undefined],
      ['$>', undefined],
      ['$>', undefined],
    ],
  );
  const resolved = await collect(client.readStream(links, { resolveLinkTos: true }));
  t.same(
    resolved.map(({ event, link }) => [event?.type, link?.revision, link?.streamId]),
    [
      ['B', 0n, links],
      [undefined, 1n, links],
      ['A', 2n, links],
    ],
  );
});

t.test('$ce- and $bc- streams hold links, in the order of the log', async (t) => {
  const category = randomUUID().replaceAll('-', '');
  const correlated = jsonEvent({ type: 'B', data: {}, metadata: { $correlationId: category } });
  await client.appendToStream(`${category}-1`, event('A'));
  await client.appendToStream(`${category}-2`, [correlated, event('C')]);
  await client.appendToStream(`${category}-1`, event('D'));
  const links = await collect(client.readStream(`$ce-${category}`));
  t.same(
    links.map(({ event }) => [
      event?.type,
      Buffer.from(event?.data as Uint8Array).toString(),
      event?.revision,
    ]),
    [
      ['$>', `0@${category}-1`, 0n],
      ['$>', `0@${category}-2`, 1n],
      ['$>', `1@${category}-2`, 2n],
      ['$>', `1@${category}-1`, 3n],
    ],
  );
  const resolved = await collect(
    client.readStream(`$ce-${category}`, { resolveLinkTos: true, direction: BACKWARDS, fromRevision: END }),
  );
  t.same(
    resolved.map(({ event }) => event?.type),
    ['D', 'C', 'B', 'A'],
  );
  const conversation = await collect(client.readStream(`$bc-${category}`, { resolveLinkTos: true }));
  t.same(
    conversation.map(({ event }) => event?.type),
    ['B'],
  );
});
