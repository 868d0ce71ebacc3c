import { aggregate } from './aggregate.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Handler } from './command.ts';
import { count } from './count.ts';
import { createIndexes } from './create-indexes.ts';
import { endSessions, getMore, killCursors } from './cursors.ts';
import { remove } from './delete.ts';
import { distinct } from './distinct.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { buildInfo, connectionStatus, hello, hostInfo, ping } from './hello.ts';
import { dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import {
  collStats,
  dbStats,
  getLog,
  getParameter,
  renameCollection,
  serverStatus,
  whatsMyUri,
} from './stats.ts';
import { update } from './update.ts';

/** Every command that the node answers. */
export const COMMANDS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['aggregate', aggregate],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['collStats', collStats],
  ['collstats', collStats],
  ['connectionStatus', connectionStatus],
  ['count', count],
  ['create', create],
  ['createIndexes', createIndexes],
  ['dbStats', dbStats],
  ['dbstats', dbStats],
  ['delete', remove],
  ['distinct', distinct],
  ['drop', drop],
  ['dropDatabase', dropDatabase],
  ['dropIndexes', dropIndexes],
  ['endSessions', endSessions],
  ['explain', explain],
  ['find', find],
  ['findAndModify', findAndModify],
  ['findandmodify', findAndModify],
  ['getLog', getLog],
  ['getMore', getMore],
  ['getParameter', getParameter],
  ['hello', hello],
  ['hostInfo', hostInfo],
  ['insert', insert],
  ['isMaster', hello],
  ['ismaster', hello],
  ['killCursors', killCursors],
  ['killSessions', endSessions],
  ['listCollections', listCollections],
  ['listDatabases', listDatabases],
  ['listIndexes', listIndexes],
  ['ping', ping],
  ['renameCollection', renameCollection],
  ['serverStatus', serverStatus],
  ['update', update],
  ['whatsmyuri', whatsMyUri],
]);
