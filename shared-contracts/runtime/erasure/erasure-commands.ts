import type { ErasureStep } from '../../messages/erasure-events.ts';

type Begin = {
  readonly type: 'BeginErasure';
  readonly commandId: string;
  readonly erasureId: string;
  readonly addressId: string;
  /** Kept, encrypted, for as long as it is looked for. */
  readonly email: string;
  readonly by: string;
};

/** Subjects turned out to be the customer: 500 at most. */
type NoteSubjects = {
  readonly type: 'NoteSubjects';
  readonly commandId: string;
  readonly found: readonly FoundSubject[];
};

export type FoundSubject = { readonly subject: string; readonly issueId: string | null };

/** The keys of subjects are deleted: 500 at most. */
type NoteErased = {
  readonly type: 'NoteErased';
  readonly commandId: string;
  readonly subjects: readonly string[];
};

type FinishStep = {
  readonly type: 'FinishStep';
  readonly commandId: string;
  readonly step: ErasureStep;
  readonly count: number;
  readonly outOfReach: boolean;
};

type End = { readonly type: 'EndErasure'; readonly commandId: string };

export type ErasureCommand = Begin | NoteSubjects | NoteErased | FinishStep | End;
