/** gRPC status codes, as far as this node uses them (see the gRPC documentation, "Status codes"). */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

type StatusCode = (typeof STATUS)[keyof typeof STATUS];

/** Ends a call with a status other than OK. Trailers are ASCII, as the official client reads them. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: StatusCode;
  readonly trailers: Readonly<Record<string, string>>;

  constructor(code: StatusCode, message: string, trailers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.trailers = trailers;
  }
}
