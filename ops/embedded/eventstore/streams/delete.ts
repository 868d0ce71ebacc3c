import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { deleteWrongVersion, handlerFailed, streamDeleted } from '../errors.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import { FieldReader } from '../wire/protobuf.ts';
import { deleteSuccess } from './append-messages.ts';
import { readStreamOptions } from './append-options.ts';

/** Streams.Delete (`soft`) and Streams.Tombstone (`hard`). */
export function deleteHandler(store: EventStore, guard: Guard, kind: 'soft' | 'hard'): Handler {
  return async (call) => {
    const reader = new FieldReader(await call.request());
    if (!reader.next() || reader.field !== 1) throw handlerFailed();
    const { stream, expected } = readStreamOptions(reader.message(), store.clock());
    guard.stream(call.principal, 'delete', stream);
    const result =
      kind === 'soft' ? await store.softDelete(stream, expected) : await store.tombstone(stream, expected);
    switch (result.kind) {
      case 'deleted':
        call.send(deleteSuccess(result.position));
        return;
      case 'wrong':
        throw deleteWrongVersion(stream, expected, result.current);
      case 'gone':
        throw streamDeleted(stream);
    }
  };
}
