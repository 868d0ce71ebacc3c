// The one mapping from errors to HTTP statuses, for pages and for the API.
import { CodedError } from '../../errors/coded-error.ts';
import { NewerVersion } from '../../messages/decode-message.ts';
import { isOutage } from '../outage.ts';

/** An error that a page throws to be answered with this status; the error page shows its sentence. */
export class PageError extends CodedError {
  readonly statusCode: number;

  /** @param options `code` is for programs that go by it; without one it tells the status. */
  constructor(statusCode: number, sentence: string, options: ErrorOptions & { readonly code?: string } = {}) {
    super(options.code ?? `status-${statusCode}`, sentence, options);
    this.statusCode = statusCode;
  }
}

/** Errors that know nothing of pages, by their codes. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'not-there': 404,
  'append-conflict': 409,
  'not-possible': 422,
  'passwords-busy': 503,
};

/** Those of them whose sentence is for our logs: it names a stream, which tells a visitor nothing. */
const FOR_LOGS: ReadonlySet<string> = new Set(['append-conflict']);

/**
 * The HTTP status of an error: the one that it asks for, or that its code means; 503 where a server that we depend on cannot be
 * reached, or where only an instance of a newer version can answer; else it is a failure of ours.
 */
export function statusOf(error: Error & { readonly statusCode?: number | undefined }): number {
  const status = error.statusCode ?? statusOfCode(error);
  if (status !== undefined && status >= 400 && status < 600) return status;
  return isOutage(error) || error instanceof NewerVersion ? 503 : 500;
}

/** The sentence of an error that is for whoever asked; undefined where it is for our logs. */
export function sentenceOf(error: Error): string | undefined {
  if (error instanceof PageError) return error.message;
  return statusOfCode(error) !== undefined && !isForLogs(error) ? error.message : undefined;
}

/** Whether an error with a status of its own is none that visitors make: those who look after the service want to know. */
export function isForLogs(error: Error): boolean {
  return error instanceof CodedError && FOR_LOGS.has(error.code);
}

function statusOfCode(error: Error): number | undefined {
  if (!(error instanceof CodedError)) return undefined;
  return Object.hasOwn(STATUS_OF_CODE, error.code) ? STATUS_OF_CODE[error.code] : undefined;
}
