import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';

/** What a program is told beside the sentence for people. */
export type ProblemDetails = {
  /** The parameter that is wrong. */
  readonly parameter?: string;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
};

/** A request that is refused, with a stable code: a page shows its sentence, the API all of it. */
export class RequestProblem extends PageError {
  readonly details: ProblemDetails;

  constructor(statusCode: number, code: string, sentence: string, details: ProblemDetails = {}) {
    super(statusCode, sentence, { code });
    this.details = details;
  }
}
