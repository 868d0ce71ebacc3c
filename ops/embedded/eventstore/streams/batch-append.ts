import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { MAX_APPEND_SIZE } from '../errors.ts';
import type { ProposedEvent } from '../log/record.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { RpcError, STATUS } from '../rpc/status.ts';
import { bytesField, FieldReader, varintField } from '../wire/protobuf.ts';
import { readUuid, structuredUuid } from '../wire/uuid.ts';
import { type BatchError, batchError, batchSuccess, wrongVersionDetail } from './append-messages.ts';
import { readStreamOptions, type StreamOptions } from './append-options.ts';
import { readProposedEvent } from './proposed-event.ts';

/** The real server gives a batch so long to become complete and be written. */
const WRITE_TIMEOUT_MS = 2000;
/** Appends under way on one call before it is not read further. */
const MAX_UNDER_WAY = 4096;
const NOTHING: Buffer = Buffer.alloc(0);

const TIMEOUT: BatchError = { code: 4, message: 'Timeout', detail: { type: 'Timeout', bytes: NOTHING } };
const DENIED: BatchError = {
  code: 7,
  message: 'AccessDenied',
  detail: { type: 'AccessDenied', bytes: NOTHING },
};
const TOO_LARGE: BatchError = {
  code: 3,
  message: 'MaximumAppendSizeExceeded',
  detail: { type: 'MaximumAppendSizeExceeded', bytes: varintField(1, MAX_APPEND_SIZE) },
};

type Batch = {
  readonly key: string;
  readonly correlationId: Buffer;
  readonly options: StreamOptions;
  readonly expires: NodeJS.Timeout;
  readonly events: ProposedEvent[];
  size: number;
};

/**
 * Streams.BatchAppend: appends of many streams on one long-lived call, each in one message or several, answered as they are
 * written, told apart by their correlation ids. When the client has sent its last one, the call ends with the last answer.
 */
export function batchAppendHandler(store: EventStore, guard: Guard): Handler {
  return async (call) => {
    const batches = new BatchAppendCall(store, guard, call);
    for await (const messages of call.requests()) {
      for (const message of messages) batches.take(message);
      await batches.room();
    }
    await batches.idle();
  };
}

class BatchAppendCall {
  readonly #store: EventStore;
  readonly #guard: Guard;
  readonly #call: ServerCall;
  readonly #incomplete = new Map<string, Batch>();
  #underWay = 0;
  #waiting: { readonly below: number; readonly resolve: () => void } | undefined;

  constructor(store: EventStore, guard: Guard, call: ServerCall) {
    this.#store = store;
    this.#guard = guard;
    this.#call = call;
    call.signal.addEventListener('abort', () => this.#abandon(), { once: true });
  }

  take(message: Buffer): void {
    const request = readBatchRequest(message, this.#store.clock());
    const batch = this.#incomplete.get(request.key) ?? this.#begin(request);
    if (batch === undefined) return;
    if (request.problem !== undefined) {
      this.#settle(batch, batchError(batch.correlationId, batch.options.stream, request.problem));
      return;
    }
    for (const event of request.events) {
      batch.events.push(event);
      batch.size += event.data.length;
    }
    if (batch.size > MAX_APPEND_SIZE) {
      this.#settle(batch, batchError(batch.correlationId, batch.options.stream, TOO_LARGE));
    } else if (request.isFinal) {
      this.#incomplete.delete(batch.key);
      clearTimeout(batch.expires);
      void this.#write(batch);
    }
  }

  /** Resolves when the call may be read on. */
  async room(): Promise<void> {
    if (this.#underWay + this.#incomplete.size >= MAX_UNDER_WAY) await this.#below(MAX_UNDER_WAY / 2);
    await this.#call.drained();
  }

  /** Resolves when every batch has been answered. */
  async idle(): Promise<void> {
    if (this.#underWay + this.#incomplete.size > 0) await this.#below(1);
  }

  #below(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { below: count, resolve };
    });
  }

  #begin(request: BatchRequest): Batch | undefined {
    const { options, key, correlationId } = request;
    // What follows a batch that was already answered (it was too large, or late) belongs to nothing.
    if (options === undefined) return undefined;
    const left = Math.min(
      WRITE_TIMEOUT_MS,
      (options.deadline ?? Number.POSITIVE_INFINITY) - this.#store.clock(),
    );
    if (left <= 0) {
      this.#call.send(batchError(correlationId, options.stream, TIMEOUT));
      return undefined;
    }
    const expires = setTimeout(() => {
      const structured = structuredUuid(Buffer.from(key, 'latin1'));
      this.#settle(batch, batchError(structured, options.stream, TIMEOUT));
    }, left);
    const batch: Batch = { key, correlationId, options, events: [], size: 0, expires };
    this.#incomplete.set(key, batch);
    return batch;
  }

  async #write(batch: Batch): Promise<void> {
    this.#underWay += 1;
    const answer = await this.#append(batch);
    this.#underWay -= 1;
    this.#settle(batch, answer);
  }

  async #append({ options, events, correlationId }: Batch): Promise<Buffer> {
    const { stream, expected } = options;
    try {
      this.#guard.stream(this.#call.principal, 'write', stream);
      const result = await this.#store.append(stream, expected, events);
      switch (result.kind) {
        case 'appended':
        case 'empty':
          return batchSuccess(correlationId, stream, result.revision, result.position);
        case 'wrong':
          return batchError(correlationId, stream, wrongVersionDetail(expected, result.current));
        case 'deleted':
          return batchError(correlationId, stream, streamDeletedDetail(stream));
      }
    } catch (error) {
      return batchError(correlationId, stream, failure(error));
    }
  }

  #settle(batch: Batch, answer: Buffer): void {
    clearTimeout(batch.expires);
    this.#incomplete.delete(batch.key);
    this.#call.send(answer);
    this.#release();
  }

  #release(): void {
    if (this.#waiting === undefined || this.#underWay + this.#incomplete.size >= this.#waiting.below) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve();
  }

  /** The client is gone: what was not complete never happens. */
  #abandon(): void {
    for (const batch of this.#incomplete.values()) clearTimeout(batch.expires);
    this.#incomplete.clear();
    this.#release();
  }
}

type BatchRequest = {
  /** The correlation id as sixteen latin1 characters. */
  readonly key: string;
  /** The content of the UUID field, in the form that the client chose. */
  readonly correlationId: Buffer;
  readonly options: StreamOptions | undefined;
  readonly events: readonly ProposedEvent[];
  readonly isFinal: boolean;
  readonly problem: BatchError | undefined;
};

function readBatchRequest(message: Buffer, now: number): BatchRequest {
  const reader = new FieldReader(message);
  let correlationId = NOTHING;
  let options: StreamOptions | undefined;
  const events: ProposedEvent[] = [];
  let isFinal = false;
  let problem: BatchError | undefined;
  while (reader.next()) {
    if (reader.field === 1) correlationId = reader.content();
    else if (reader.field === 2) options = readStreamOptions(reader.message(), now);
    else if (reader.field === 3) {
      try {
        events.push(readProposedEvent(reader.message()));
      } catch (error) {
        problem = failure(error);
      }
    } else if (reader.field === 4) isFinal = reader.varint() !== 0;
    else reader.skip();
  }
  const key = readUuid(new FieldReader(correlationId))?.toString('latin1') ?? '';
  return { key, correlationId, options, events, isFinal, problem };
}

function streamDeletedDetail(stream: string): BatchError {
  const bytes = bytesField(1, bytesField(3, Buffer.from(stream)));
  return { code: 5, message: 'StreamDeleted', detail: { type: 'StreamDeleted', bytes } };
}

function failure(error: unknown): BatchError {
  if (error instanceof RpcError && error.code === STATUS.permissionDenied) return DENIED;
  if (error instanceof RpcError && error.code === STATUS.invalidArgument) {
    return {
      code: 3,
      message: 'BadRequest',
      detail: { type: 'BadRequest', bytes: bytesField(1, Buffer.from(error.message)) },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 2, message, detail: { type: 'Unknown', bytes: NOTHING } };
}
