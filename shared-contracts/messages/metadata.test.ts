import t from 'tap';
import { metadataCheck } from './metadata.ts';

t.test('metadata of other software is not taken for ours', async (t) => {
  const isMetadata = metadataCheck();
  const ours = {
    $correlationId: 'c',
    $causationId: 'd',
    actor: 'customer',
    schemaVersion: 1,
    occurredAt: '2026-11-22T10:15:00.000Z',
  };
  t.equal(isMetadata(ours), true);
  t.equal(
    isMetadata({ ...ours, traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }),
    true,
  );
  t.equal(isMetadata({ ...ours, subject: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10' }), true);
  for (const other of [
    undefined,
    {},
    { added: '2026-11-22T17:20:51.97+00:00', reason: '', subscriptionEventNumber: 3 },
    { ...ours, schemaVersion: 0 },
    { ...ours, occurredAt: 'yesterday' },
    { ...ours, subject: 'Kim' },
  ]) {
    t.equal(isMetadata(other), false);
  }
});
