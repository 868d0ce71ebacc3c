import type { Filter } from '../filter/match.ts';

/** What an update knows about the document it changes. */
export type UpdateContext = {
  /** Whether the document is one that an upsert makes. */
  readonly inserting: boolean;
  readonly filter: Filter;
  readonly now: Date;
};

/** What an operator does with the value at a path; undefined is a field that is missing, or that goes away. */
export type Change = (old: unknown, context: UpdateContext) => unknown;
