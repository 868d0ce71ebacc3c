import { ContractViolation } from '../../messages/decode-message.ts';
import type { Rejection } from '../decider.ts';
import type { CommandResult } from '../handle-command.ts';
import { isOutage } from '../outage.ts';

/** A command that a handler gave was refused; the same message would be refused again. */
export class CommandRejected extends Error {
  readonly code: string;

  constructor(rejection: Rejection) {
    super(rejection.message);
    this.name = 'CommandRejected';
    this.code = rejection.code;
  }
}

/** For handlers: a refused command fails the message. */
export function mustBeAccepted(result: CommandResult): void {
  if (result.kind === 'rejected') throw new CommandRejected(result.rejection);
}

/** Something that a handler knows will fail the same way each time. */
export class PermanentFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentFailure';
    this.code = code;
  }
}

/** A handler that did not end within its deadline. */
export class DeadlineExceeded extends Error {
  readonly code = 'deadline-exceeded';

  constructor(milliseconds: number) {
    super(`The handler took longer than ${milliseconds} ms.`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * `poison`: will fail again, park at once. `retry`: may pass. `outage`: what the handler depends on is down; nothing is
 * wrong with the message.
 */
export type FailureKind = 'poison' | 'retry' | 'outage';

const BUGS = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError']);

/** The one place that says what may pass by trying again. */
export function classify(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'poison';
  if (error instanceof ContractViolation || error instanceof CommandRejected) return 'poison';
  if (error instanceof PermanentFailure || BUGS.has(error.name)) return 'poison';
  return isOutage(error) ? 'outage' : 'retry';
}
