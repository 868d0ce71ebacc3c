import { MAX_DOCUMENT_BYTES } from '../values/stored.ts';
import type { Handler } from './command.ts';
import { VERSION_PARTS, VERSION_TEXT } from './version.ts';

export const buildInfo: Handler = () => ({
  version: VERSION_TEXT,
  versionArray: [...VERSION_PARTS],
  gitVersion: 'embedded',
  modules: ['embedded'],
  sysInfo: 'deprecated',
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  storageEngines: ['lmdb'],
});
