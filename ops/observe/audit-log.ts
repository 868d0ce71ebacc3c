// Who did what when, kept in memory by one catch-up subscription on the types of events that are somebody's deed.
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AllStreamRecordedEvent,
  eventTypeFilter,
  type Filter,
  type Position,
  START,
} from '@eventstore/db-client';
import { ContractViolation } from '../../shared-contracts/messages/decode-message.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
import type { Logger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { AUDITED, type AuditEntry, auditEntryOf } from './audit-entry.ts';

/** The newest deeds are kept; an export has them all. */
const MOST_KEPT = 50_000;
const RECONNECT_MS = 1000;

export type AuditLog = {
  /** What is kept, the newest first. */
  newest(): Generator<AuditEntry, void, undefined>;
  /** Whether everything that there was has been read. */
  readonly caughtUp: boolean;
  /** Whether there are older deeds than are kept. */
  readonly cut: boolean;
  listen(changed: () => void): () => void;
  close(): Promise<void>;
};

/** Every deed there is, the oldest first, from the store. */
export async function* readAudit(
  store: EventStore,
  stop: AbortSignal,
): AsyncGenerator<AuditEntry, void, undefined> {
  for await (const recorded of readFiltered(store.client, deeds(), { stop })) {
    const entry = await decode(store, recorded);
    if (entry !== undefined) yield entry;
  }
}

export function followAudit({
  store,
  logger,
}: {
  readonly store: EventStore;
  readonly logger: Logger;
}): AuditLog {
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const changed of listeners) changed();
  };
  const entries: AuditEntry[] = [];
  let caughtUp = false;
  let cut = false;
  let from: Position | undefined;
  let leave: (() => Promise<void>) | undefined;

  const once = async () => {
    const subscription = store.client.subscribeToAll({ fromPosition: from ?? START, filter: deeds() });
    leave = async () => {
      await subscription.unsubscribe().catch(() => undefined);
      subscription.destroy();
    };
    subscription.on('error', () => undefined);
    subscription.once('caughtUp', () => {
      caughtUp = true;
      tell();
    });
    for await (const { event } of subscription) {
      if (event === undefined) continue;
      const entry = await decode(store, event);
      from = event.position;
      if (entry === undefined) continue;
      entries.push(entry);
      if (entries.length >= MOST_KEPT * 1.1) {
        entries.splice(0, entries.length - MOST_KEPT);
        cut = true;
      }
      if (caughtUp) tell();
    }
  };

  const follow = async () => {
    while (!stop.signal.aborted) {
      try {
        await once();
      } catch (error) {
        if (!stop.signal.aborted) logger.debug({ err: error }, 'following who did what ended; again');
      } finally {
        await leave?.();
      }
      await pause(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const following = follow();

  return {
    *newest() {
      for (let index = entries.length - 1; index >= 0; index -= 1) {
        const entry = entries[index];
        if (entry !== undefined) yield entry;
      }
    },
    get caughtUp() {
      return caughtUp;
    },
    get cut() {
      return cut;
    },
    listen: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    close: async () => {
      stop.abort();
      await leave?.();
      await following;
    },
  };
}

function deeds(): Filter {
  return eventTypeFilter({ regex: `^(${Object.keys(AUDITED).join('|')})$` });
}

/** What this version of the console cannot read it does not tell; its stream shows it. */
async function decode(store: EventStore, recorded: AllStreamRecordedEvent): Promise<AuditEntry | undefined> {
  try {
    const { event, metadata, origin } = await store.codec.decode(recorded);
    return auditEntryOf(
      { stream: origin.stream, revision: origin.revision },
      event.type,
      event.data,
      metadata,
    );
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
