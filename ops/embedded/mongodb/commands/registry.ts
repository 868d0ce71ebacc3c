import { aggregate } from './aggregate.ts';
import { collStats } from './coll-stats.ts';
import type { Handler } from './command.ts';
import { compact } from './compact.ts';
import { connectionStatus } from './connection-status.ts';
import { count } from './count.ts';
import { create } from './create.ts';
import { createIndexes } from './create-indexes.ts';
import { dbStats } from './db-stats.ts';
import { remove } from './delete.ts';
import { distinct } from './distinct.ts';
import { drop } from './drop.ts';
import { dropDatabase } from './drop-database.ts';
import { dropIndexes } from './drop-indexes.ts';
import { endSessions } from './end-sessions.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { getCmdLineOpts } from './get-cmd-line-opts.ts';
import { getLog } from './get-log.ts';
import { getMore } from './get-more.ts';
import { getParameter } from './get-parameter.ts';
import { hello } from './hello.ts';
import { hostInfo } from './host-info.ts';
import { insert } from './insert.ts';
import { killCursors } from './kill-cursors.ts';
import { listCollections } from './list-collections.ts';
import { listDatabases } from './list-databases.ts';
import { listIndexes } from './list-indexes.ts';
import { ping } from './ping.ts';
import { renameCollection } from './rename-collection.ts';
import { replSetGetStatus } from './repl-set-get-status.ts';
import { serverStatus } from './server-status.ts';
import { buildInfo } from './server-version.ts';
import { update } from './update.ts';

/** Every command that the node answers. */
export const COMMANDS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['aggregate', aggregate],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['collStats', collStats],
  ['collstats', collStats],
  ['compact', compact],
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
  ['getCmdLineOpts', getCmdLineOpts],
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
  ['replSetGetStatus', replSetGetStatus],
  ['serverStatus', serverStatus],
  ['update', update],
]);
