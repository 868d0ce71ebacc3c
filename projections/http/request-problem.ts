import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';

/** What a program is told beside the sentence for people. */
export type ProblemDetails = {
  /** The parameter that is wrong. */
  readonly parameter?: string;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
};

/** A request that is refused, with a stable code: a page shows its sentence, the API all of it. */
export class RequestProblem extends PageError {
  declare readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, sentence: string, details: ProblemDetails = {}) {
    super(PROBLEMS[code].status, sentence, { code });
    this.details = details;
  }
}
