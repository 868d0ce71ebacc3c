// One operation of the API, as data: requests are checked by it, the document and its page are made from it.
import { type TObject, type TSchema, Type } from 'typebox';
import type { ProblemCode } from '../../problem-codes.ts';

export type Operation<
  Path extends TObject = TObject,
  Query extends TObject = TObject,
  Answer extends TSchema = TSchema,
> = {
  /** Stable: generated clients name their functions by it. */
  readonly id: string;
  /** Below `/api/v1`, with its parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly inPath: Path;
  readonly inQuery: Query;
  readonly answer: {
    readonly description: string;
    readonly type: 'application/json' | 'application/x-ndjson' | 'application/openapi+json';
    /** Of the whole, or of one line. */
    readonly schema: Answer;
    readonly example: unknown;
  };
  /** Beside those that any operation may answer. */
  readonly problems: readonly ProblemCode[];
  /** A query that shows what it is for. */
  readonly example: string;
};

export const NOTHING = Type.Object({}, { additionalProperties: false });

/** What any operation may answer in place of what was asked for. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  ...(['unknown-parameter', 'repeated-parameter'] as const),
  ...(['token-missing', 'token-unknown', 'token-expired', 'token-revoked'] as const),
  ...(['not-an-analyst', 'password-is-temporary', 'too-many-requests'] as const),
  ...(['failed', 'unavailable'] as const),
];

/** Keeps the types of the parameters and of the answer, so that what serves the operation is held to them. */
export function defineOperation<
  const Path extends TObject,
  const Query extends TObject,
  const Answer extends TSchema,
>(operation: Operation<Path, Query, Answer>): Operation<Path, Query, Answer> {
  return operation;
}
