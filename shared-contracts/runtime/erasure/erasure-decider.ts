// The rules of an erasure: each step is written down once, and it ends when nothing is left to do.
import { isOneOf } from '../../messages/define-message.ts';
import {
  ERASURE_EVENTS,
  ERASURE_STEPS,
  type ErasureEvent,
  type ErasureStep,
} from '../../messages/erasure-events.ts';
import { accept, type Decider, type Decision, reject } from '../decider.ts';
import type { ErasureCommand } from './erasure-commands.ts';

export type ErasureState = { readonly kind: 'unknown' } | KnownErasure;

export type KnownErasure = {
  readonly kind: 'under-way' | 'ended';
  readonly erasureId: string;
  readonly addressId: string;
  /** Reads as erased once the erasure has ended. */
  readonly email: string;
  readonly by: string;
  /** The issue of each subject that is the customer; null for one of no issue. */
  readonly found: ReadonlyMap<string, string | null>;
  /** Those whose keys are deleted. */
  readonly erased: ReadonlySet<string>;
  readonly steps: ReadonlyMap<ErasureStep, { readonly count: number; readonly outOfReach: boolean }>;
};

export const erasureDecider: Decider<ErasureState, ErasureCommand, ErasureEvent> = {
  initial: { kind: 'unknown' },

  evolve(state, event) {
    if (event.type === 'ErasureBegun') {
      return { kind: 'under-way', ...event.data, found: new Map(), erased: new Set(), steps: new Map() };
    }
    if (state.kind === 'unknown') return state;
    switch (event.type) {
      case 'SubjectsFound': {
        const added = event.data.found.map(({ subject, issueId }) => [subject, issueId] as const);
        return { ...state, found: new Map([...state.found, ...added]) };
      }
      case 'SubjectsErased':
        return { ...state, erased: new Set([...state.erased, ...event.data.subjects]) };
      case 'ErasureStepDone': {
        const { step, count, outOfReach } = event.data;
        return { ...state, steps: new Map([...state.steps, [step, { count, outOfReach }]]) };
      }
      case 'ErasureEnded':
        return { ...state, kind: 'ended' };
    }
  },

  decide(command, state) {
    if (command.type === 'BeginErasure') {
      const { type, commandId, ...data } = command;
      return state.kind === 'unknown' ? accept({ type: 'ErasureBegun', data }) : accept();
    }
    if (state.kind === 'unknown') return reject('erasure-unknown', 'We do not know this erasure.');
    const { erasureId } = state;
    switch (command.type) {
      case 'NoteSubjects': {
        const found = command.found.filter(({ subject }) => !state.found.has(subject));
        return found.length === 0 ? accept() : accept({ type: 'SubjectsFound', data: { erasureId, found } });
      }
      case 'NoteErased': {
        const subjects = command.subjects.filter((subject) => !state.erased.has(subject));
        return subjects.length === 0
          ? accept()
          : accept({ type: 'SubjectsErased', data: { erasureId, subjects } });
      }
      case 'FinishStep': {
        const { step, count, outOfReach } = command;
        if (state.steps.has(step)) return accept();
        return accept({ type: 'ErasureStepDone', data: { erasureId, step, count, outOfReach } });
      }
      case 'EndErasure':
        return end(state);
    }
  },
};

export const erasure = {
  decider: erasureDecider,
  isEvent: isOneOf(ERASURE_EVENTS),
  /** The address that is looked for is under a key of the erasure's own, which goes last. */
  subjectOf: (first: ErasureEvent) => first.data.erasureId,
};

/** Subjects whose keys are still there. */
export function leftToErase({ found, erased }: KnownErasure): readonly string[] {
  return [...found.keys()].filter((subject) => !erased.has(subject));
}

function end(state: KnownErasure): Decision<ErasureEvent> {
  if (state.kind === 'ended') return accept();
  const { erasureId, steps, erased } = state;
  const isDone = ERASURE_STEPS.every((step) => steps.has(step)) && erased.has(erasureId);
  if (!isDone || leftToErase(state).length > 0)
    return reject('erasure-unfinished', 'There is something left to do before the erasure has ended.');
  return accept({ type: 'ErasureEnded', data: { erasureId } });
}
