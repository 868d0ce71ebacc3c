import { hostname } from 'node:os';
import { MAX_DOCUMENT_BYTES } from '../values/stored.ts';
import { MAX_MESSAGE_BYTES } from '../wire/framing.ts';
import type { Handler } from './command.ts';
import { MAX_WRITE_BATCH } from './insert.ts';

/** The MongoDB release whose behaviour the node follows, and the wire version that goes with it. */
export const VERSION = [7, 0, 0, 0] as const;
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

export const ping: Handler = () => ({});

export const buildInfo: Handler = () => ({
  version: VERSION.slice(0, 3).join('.'),
  versionArray: [...VERSION],
  gitVersion: 'embedded',
  modules: ['embedded'],
  sysInfo: 'deprecated',
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  storageEngines: ['lmdb'],
});

export const hostInfo: Handler = () => ({
  system: { hostname: hostname(), cpuAddrSize: 64 },
  os: { type: process.platform, name: process.platform },
});

export const connectionStatus: Handler = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
});
