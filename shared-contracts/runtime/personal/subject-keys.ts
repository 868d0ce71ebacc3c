import type { KeyObject } from 'node:crypto';

/** A subject's key; `erased` once the subject was erased, which is for good. */
export type SubjectKey = KeyObject | 'erased';

/** Where the codec has keys from. */
export type SubjectKeys = {
  /** The key, if it is at hand without waiting. */
  known(subject: string): SubjectKey | undefined;
  /** The key to open what was sealed with: that there is none means that the subject was erased. */
  toOpen(subject: string): Promise<SubjectKey>;
  /** The key to seal with; made when the subject has none yet. */
  toSeal(subject: string): Promise<SubjectKey>;
  /** Fetches every key anew from now on: somebody was erased. */
  forget(): void;
  /**
   * Makes sure, at the start, that the master key is the one that the store's keys were wrapped under: keys that were
   * wrapped under different ones would be lost with either.
   *
   * @throws WrongMasterKey
   */
  check(): Promise<void>;
};
