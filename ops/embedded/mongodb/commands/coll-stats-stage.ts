import { hostname } from 'node:os';
import { badValue, CommandError, notImplemented } from '../errors.ts';
import type { StageSpec } from '../pipeline/stage-spec.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { storageStats } from './coll-stats.ts';
import { type Call, optionalNumber, requiredCollection } from './command.ts';

/** The one document of `$collStats`, which shells ask for instead of the command. */
export function collStatsDocument(call: Call, { argument }: StageSpec): Doc {
  if (!isDoc(argument)) throw new CommandError(5447000, '$collStats must take a nested object');
  const [unknown] = Object.keys(argument).filter((part) => part !== 'count' && part !== 'storageStats');
  if (unknown !== undefined) throw notImplemented(`The part ${unknown} of $collStats`);
  const collection = requiredCollection(call);
  const { storageStats: wanted } = argument;
  const scale = isDoc(wanted) ? (optionalNumber(wanted, 'scale') ?? 1) : 1;
  if (!(scale >= 1)) throw badValue('scale has to be a number >= 1');
  return {
    ns: collection.namespace,
    host: hostname(),
    localTime: new Date(call.node.now()),
    ...(isDoc(wanted) ? { storageStats: storageStats(collection, scale) } : {}),
    ...('count' in argument ? { count: collection.count } : {}),
  };
}
