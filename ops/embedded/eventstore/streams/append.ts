import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { appendTooLarge, handlerFailed, MAX_APPEND_SIZE, streamDeleted } from '../errors.ts';
import type { ProposedEvent } from '../log/record.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import { FieldReader } from '../wire/protobuf.ts';
import { appendSuccess, appendWrongVersion } from './append-messages.ts';
import { readStreamOptions, type StreamOptions } from './append-options.ts';
import { readProposedEvent } from './proposed-event.ts';

/** Streams.Append: one append, its options first, then its events, each in a message of its own. */
export function appendHandler(store: EventStore, guard: Guard): Handler {
  return async (call) => {
    let options: StreamOptions | undefined;
    const events: ProposedEvent[] = [];
    let size = 0;
    for await (const messages of call.requests()) {
      for (const message of messages) {
        const reader = new FieldReader(message);
        while (reader.next()) {
          if (reader.field === 1) options = readStreamOptions(reader.message(), store.clock());
          else if (reader.field === 2) events.push(readProposedEvent(reader.message()));
          else reader.skip();
        }
        size += events.at(-1)?.data.length ?? 0;
        if (size > MAX_APPEND_SIZE) throw appendTooLarge();
      }
    }
    if (options === undefined) throw handlerFailed();
    const { stream, expected } = options;
    guard.stream(call.principal, 'write', stream);
    const result = await store.append(stream, expected, events);
    switch (result.kind) {
      case 'appended':
      case 'empty':
        call.send(appendSuccess(result.revision, result.position));
        return;
      case 'wrong':
        call.send(appendWrongVersion(expected, result.current));
        return;
      case 'deleted':
        throw streamDeleted(stream);
    }
  };
}
