import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import type { AuditLog } from '../../observe/audit-log.ts';
import type { Check } from '../../observe/check.ts';
import type { GroupsWatch } from '../../observe/watch-groups.ts';

/** What the pages that only look work with. */
export type Observatory = {
  readonly store: EventStore;
  readonly watch: GroupsWatch;
  readonly audit: AuditLog;
  readonly readModels: ReadModels;
  /** Asks everything that the system stands on; at most once in a moment, whoever looks. */
  readonly checkHealth: () => Promise<readonly Check[]>;
};

/** Answers many who ask at the same time, or shortly after one another, with one asking. */
export function askedOnce<Answer>(ask: () => Promise<Answer>, lifeMs: number): () => Promise<Answer> {
  let known: { readonly answer: Promise<Answer>; readonly until: number } | undefined;
  return () => {
    if (known === undefined || known.until <= Date.now()) {
      known = { answer: ask(), until: Date.now() + lifeMs };
    }
    return known.answer;
  };
}
