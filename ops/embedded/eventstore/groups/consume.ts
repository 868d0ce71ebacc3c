import type { Guard } from '../access/access.ts';
import { handlerFailed } from '../errors.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import type { RpcError } from '../rpc/status.ts';
import { readStreamIdentifier } from '../streams/append-options.ts';
import { bytesField, FieldReader } from '../wire/protobuf.ts';
import { readUuid } from '../wire/uuid.ts';
import { Consumer } from './consumer.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';
import { ALL } from './settings.ts';
import type { NackAction } from './settling.ts';

/** `Nack.Action`: 0 unknown, 1 park, 2 retry, 3 skip, 4 stop (which the real server takes for an acknowledgement, too). */
const ACTIONS: readonly NackAction[] = ['retry', 'park', 'retry', 'skip', 'skip'];

/**
 * PersistentSubscriptions.Read: joins a group. The first message says which; then messages go out, and acks and nacks come
 * in, until the client cancels (that it has sent its last message ends nothing) or the group drops it.
 */
export function consumeHandler(groups: Groups, guard: Guard, clock: () => number): Handler {
  return async (call) => {
    let joined: { group: Group; consumer: Consumer } | undefined;
    const receive = async (dropped: (error: RpcError) => void): Promise<void> => {
      for await (const messages of call.requests()) {
        for (const message of messages) {
          const reader = new FieldReader(message);
          while (reader.next()) {
            if (reader.field === 1 && joined === undefined) {
              joined = join(groups, guard, call, readOptions(reader.message()), clock(), dropped);
            } else if (reader.field === 2) acknowledge(joined?.group, reader.message());
            else if (reader.field === 3) refuse(joined?.group, reader.message());
            else reader.skip();
          }
        }
      }
    };
    const over = new Promise<RpcError | undefined>((resolve) => {
      call.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      void receive(resolve).catch(resolve);
    });
    try {
      const error = await over;
      if (error !== undefined) throw error;
    } finally {
      joined?.group.leave(joined.consumer);
    }
  };
}

type Options = { source: string; group: string; bufferSize: number; textIds: boolean };

function join(
  groups: Groups,
  guard: Guard,
  call: ServerCall,
  options: Options,
  now: number,
  dropped: (error: RpcError) => void,
): { group: Group; consumer: Consumer } {
  guard.stream(call.principal, 'read', options.source);
  const group = groups.get(options.source, options.group);
  const consumer = new Consumer({
    call,
    bufferSize: options.bufferSize,
    textIds: options.textIds,
    username: call.principal.username,
    now,
  });
  group.join(consumer, dropped);
  call.send(bytesField(2, bytesField(1, Buffer.from(`${options.source}::${options.group}`))));
  return { group, consumer };
}

function readOptions(reader: FieldReader): Options {
  const options: Options = { source: '', group: '', bufferSize: 0, textIds: false };
  while (reader.next()) {
    if (reader.field === 1) options.source = readStreamIdentifier(reader.message());
    else if (reader.field === 5) {
      reader.skip();
      options.source = ALL;
    } else if (reader.field === 2) options.group = reader.text();
    else if (reader.field === 3) options.bufferSize = reader.varint();
    else if (reader.field === 4) options.textIds = readTextIds(reader.message());
    else reader.skip();
  }
  if (options.source === '') throw handlerFailed();
  return options;
}

function readTextIds(reader: FieldReader): boolean {
  let textIds = false;
  while (reader.next()) {
    textIds = reader.field === 2;
    reader.skip();
  }
  return textIds;
}

function acknowledge(group: Group | undefined, reader: FieldReader): void {
  group?.ack(readSettlement(reader).ids);
}

function refuse(group: Group | undefined, reader: FieldReader): void {
  const { ids, action, reason } = readSettlement(reader);
  group?.nack(ids, ACTIONS[action] ?? 'retry', reason);
}

/** `Ack { 1 id, 2 ids }` and `Nack { 1 id, 2 ids, 3 action, 4 reason }`. */
function readSettlement(reader: FieldReader): { ids: Buffer[]; action: number; reason: string } {
  const ids: Buffer[] = [];
  let action = 0;
  let reason = '';
  while (reader.next()) {
    if (reader.field === 2) {
      const id = readUuid(reader.message());
      if (id === undefined) throw handlerFailed();
      ids.push(id);
    } else if (reader.field === 3) action = reader.varint();
    else if (reader.field === 4) reason = reader.text();
    else reader.skip();
  }
  return { ids, action, reason };
}
