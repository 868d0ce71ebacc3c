// What one program may ask of the API. The OpenAPI document tells the same numbers.

export type ApiLimits = {
  /** Requests of one token, or of one employee who is signed in. */
  readonly requestsPerMinute: number;
  /** Requests from one network address whose token was refused. */
  readonly refusedPerMinute: number;
  /** Feeds that one token, or one employee, reads at the same time. */
  readonly feedsPerCaller: number;
};

export const API_LIMITS: ApiLimits = { requestsPerMinute: 300, refusedPerMinute: 60, feedsPerCaller: 3 };

export const MINUTE_MS = 60_000;
/** Items of one page of a list. */
export const PAGE_SIZE = { most: 500, usual: 100 } as const;
