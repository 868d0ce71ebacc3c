import { MAX_DOCUMENT_BYTES } from '../values/stored.ts';
import { MAX_MESSAGE_BYTES } from '../wire/framing.ts';
import type { Handler } from './command.ts';
import { MAX_WRITE_BATCH } from './insert.ts';

/** The wire version that goes with the release that the node follows. */
const WIRE_VERSION = 21;

/** The handshake, under its name of today and the one that clients begin with. */
export const hello: Handler = (call) => ({
  helloOk: true,
  ...(call.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  maxWriteBatchSize: MAX_WRITE_BATCH,
  localTime: new Date(call.node.now()),
  logicalSessionTimeoutMinutes: 30,
  connectionId: call.connectionId,
  minWireVersion: 0,
  maxWireVersion: WIRE_VERSION,
  readOnly: false,
});
