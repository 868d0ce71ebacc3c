import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { identifier, openStubs, statusOf } from '../testing/stubs.ts';

const { client, groups } = await openStubs(t);

t.test('a group that is created with a strategy that is none', async (t) => {
  const options = new persistentPb.CreateReq.Options();
  const target = new persistentPb.CreateReq.StreamOptions();
  target.setStreamIdentifier(identifier('s'));
  target.setStart(new sharedPb.Empty());
  options.setStream(target);
  options.setGroupName('g');
  const settings = new persistentPb.CreateReq.Settings();
  settings.setConsumerStrategy('Nope');
  settings.setHistoryBufferSize(10);
  options.setSettings(settings);
  const request = new persistentPb.CreateReq();
  request.setOptions(options);
  const error = await new Promise<ServiceError | null>((resolve) =>
    groups.create(request, (failed) => resolve(failed)),
  );
  t.strictSame(statusOf(error), {
    code: 13,
    details: "Subscription group g on stream s failed: 'Consumer strategy Nope does not exist.'",
    trailers: {
      exception: 'persistent-subscription-failed',
      'stream-name': 's',
      'group-name': 'g',
      reason: 'Consumer strategy Nope does not exist.',
    },
  });
});

t.test(
  'a consumer that has sent its last message still gets events; a resolved event has its link’s position',
  async (t) => {
    const mark = randomUUID();
    const links = `links-${mark}`;
    await client.createPersistentSubscriptionToStream(
      links,
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, resolveLinkTos: true }),
    );
    const call = groups.read();
    const options = new persistentPb.ReadReq.Options();
    options.setStreamIdentifier(identifier(links));
    options.setGroupName('g');
    options.setBufferSize(10);
    const request = new persistentPb.ReadReq();
    request.setOptions(options);
    call.write(request);
    call.end();
    const received: persistentPb.ReadResp[] = [];
    call.on('data', (message: persistentPb.ReadResp) => received.push(message));
    call.on('error', () => {});
    await waitFor('the confirmation', () => received.length === 1);
    t.equal(received[0]?.getSubscriptionConfirmation()?.getSubscriptionId(), `${links}::g`);
    await client.appendToStream(`target-${mark}`, jsonEvent({ type: 'A', data: {} }));
    const { position } = await client.appendToStream(
      links,
      binaryEvent({ type: '$>', data: Buffer.from(`0@target-${mark}`) }),
    );
    await waitFor('the event', () => received.length === 2);
    const event = received[1]?.getEvent();
    t.equal(event?.getRetryCount(), 0);
    t.equal(event?.getCommitPosition(), String(position?.commit));
    t.equal(event?.getEvent()?.getCommitPosition(), String(position?.commit));
    t.ok(event?.getEvent()?.getId()?.hasStructured(), 'ids come as numbers unless text is asked for');
    call.cancel();
  },
);
