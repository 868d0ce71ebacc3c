import type { FailureFilter } from '../../../shared-contracts/messages/replay-selection.ts';
import type { FailureFact } from '../ledger/failure-facts.ts';

/**
 * Makes the check of a filter.
 *
 * @returns undefined for a message that only the values of its event could make match, which have not been read.
 */
export function matcherOf(filter: FailureFilter): (fact: FailureFact) => boolean | undefined {
  const { eventType, handler, error, code, stream, correlationId, again } = filter;
  const from = filter.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(filter.from);
  const to = filter.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(filter.to);
  const text = filter.text?.toLowerCase();
  const isIn = text === undefined ? () => true : holding(text, filter.text ?? '');
  const same = (wanted: string | null | undefined, value: string | null) =>
    wanted === undefined || wanted === value;
  return (fact) => {
    const passes =
      same(eventType, fact.type) &&
      same(handler, fact.handler) &&
      (error === undefined || error === fact.errorName || error === fact.errorCode) &&
      same(code, fact.errorCode) &&
      same(stream, fact.stream) &&
      same(correlationId, fact.correlationId) &&
      (again !== true || fact.attempt > 1) &&
      fact.lastAt >= from &&
      fact.lastAt < to;
    if (!passes || text === undefined || isIn(fact)) return passes;
    return fact.values?.includes(text);
  };
}

/** Thousands fail in the same way: whether their stack holds the text is found out once. */
function holding(text: string, asWritten: string): (fact: FailureFact) => boolean {
  const answers = new Map<string, boolean>();
  const inShared = (shared: string) => {
    const known = answers.get(shared);
    if (known !== undefined) return known;
    const found = shared.toLowerCase().includes(text);
    answers.set(shared, found);
    return found;
  };
  return ({ message, frames, errorName, errorCode, type, stream, eventId, correlationId }) =>
    inShared(message) ||
    inShared(frames) ||
    inShared(errorName) ||
    inShared(errorCode ?? '') ||
    inShared(type) ||
    stream.includes(asWritten) ||
    stream.includes(text) ||
    eventId.includes(text) ||
    (correlationId?.includes(text) ?? false);
}
