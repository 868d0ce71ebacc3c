import { badValue, CommandError, notImplemented } from '../errors.ts';
import { type Doc, isDoc, isTrue, numberOf } from '../values/value.ts';
import type { Call, Node } from './command.ts';
import { COMMANDS } from './registry.ts';

/** Answers one command; a refusal is an answer with `ok: 0`. */
export async function answer(node: Node, connectionId: number, body: Doc): Promise<Doc> {
  try {
    const call = asCall(node, connectionId, body);
    const handler = COMMANDS.get(call.name);
    if (!handler) throw new CommandError(59, `no such command: '${call.name}'`);
    refuseTransaction(body);
    checkApi(body);
    checkConcerns(body);
    node.counters.operations.set(call.name, (node.counters.operations.get(call.name) ?? 0) + 1);
    return { ...(await handler(call)), ok: 1 };
  } catch (error) {
    return refusal(error);
  }
}

function asCall(node: Node, connectionId: number, body: Doc): Call {
  const [name] = Object.keys(body);
  if (name === undefined) throw badValue('The command document is empty.');
  const database = body.$db;
  if (typeof database !== 'string') throw new CommandError(40571, 'OP_MSG requests require a $db argument');
  return { node, name, database, body, connectionId };
}

function refusal(error: unknown): Doc {
  if (error instanceof CommandError) {
    const { code, codeName, message, details } = error;
    return { ok: 0, errmsg: message, code, codeName, ...details };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.constructor.name === 'MingoError') {
    return { ok: 0, errmsg: message, code: 2, codeName: 'BadValue' };
  }
  return { ok: 0, errmsg: `The embedded node failed: ${message}`, code: 1, codeName: 'InternalError' };
}

/** A standalone server has sessions and no transactions. */
function refuseTransaction(body: Doc): void {
  if (body.startTransaction !== undefined || body.autocommit !== undefined || body.txnNumber !== undefined) {
    throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
}

/** The stable API has one version; `apiStrict` would refuse what is outside of it, which is not kept apart here. */
function checkApi({ apiVersion, apiStrict }: Doc): void {
  if (apiVersion !== undefined && apiVersion !== '1')
    throw new CommandError(322, `Provided apiVersion ${String(apiVersion)} is not supported`);
  if (isTrue(apiStrict)) throw notImplemented('apiStrict');
}

/** The concerns of https://www.mongodb.com/docs/v7.0/reference/read-concern/ and write-concern/ that one server can keep. */
function checkConcerns(body: Doc): void {
  const write = body.writeConcern;
  const w = isDoc(write) ? write.w : undefined;
  const servers = numberOf(w);
  if (servers !== undefined && servers > 1) {
    throw badValue("cannot use 'w' > 1 when a host is not replicated");
  }
  if (servers === undefined && w !== undefined && w !== 'majority') {
    throw badValue(
      `cannot use non-majority 'w' mode ${String(w)} when a host is not a member of a replica set`,
    );
  }
  const { level: read, ...others } = isDoc(body.readConcern) ? body.readConcern : {};
  const [clusterTime] = Object.keys(others);
  if (clusterTime !== undefined) {
    throw new CommandError(72, `Cannot specify ${clusterTime} readConcern without replication enabled`);
  }
  if (read !== undefined && !['local', 'available', 'majority'].includes(String(read))) {
    throw new CommandError(
      123,
      `readConcern level "${String(read)}" is not supported on a standalone server`,
    );
  }
}
