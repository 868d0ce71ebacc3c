import { NewerVersion } from '../../messages/decode-message.ts';
import { isOutage } from '../outage.ts';

/** An error whose message is a sentence for people: the error page with this status shows it. */
export class PageError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'PageError';
    this.statusCode = statusCode;
  }
}

/**
 * The HTTP status of an error: the one that it asks for; 503 where a server that we depend on cannot be reached, or where
 * only an instance of a newer version can answer; else it is a failure of ours.
 */
export function statusOf(error: Error & { readonly statusCode?: number | undefined }): number {
  const status = error.statusCode;
  if (status !== undefined && status >= 400 && status < 600) return status;
  return isOutage(error) || error instanceof NewerVersion ? 503 : 500;
}
