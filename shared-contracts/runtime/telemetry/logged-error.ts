import { codeOf } from '../outage.ts';
import { redact } from '../redact.ts';

type LoggedError = {
  readonly type: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause?: LoggedError;
};

const MOST_CAUSES = 5;

/**
 * What a log line shows of an error. Errors of drivers carry more: the document that was refused, the recipients of a mail.
 * None of that is written.
 */
export function loggedError(error: unknown, causes = 0): LoggedError {
  if (!(error instanceof Error)) {
    return { type: typeof error, code: undefined, message: redact(String(error)), stack: undefined };
  }
  const told = {
    type: error.name,
    code: codeOf(error),
    message: redact(error.message),
    stack: error.stack === undefined ? undefined : redact(error.stack),
  };
  if (error.cause === undefined || causes === MOST_CAUSES) return told;
  return { ...told, cause: loggedError(error.cause, causes + 1) };
}
