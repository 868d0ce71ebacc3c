import { CodedError } from '../../errors/coded-error.ts';
import { ContractViolation } from '../../messages/decode-message.ts';
import type { Rejection } from '../decider.ts';
import type { CommandResult } from '../handle-command.ts';
import { isOutage } from '../outage.ts';

/** A command that a handler gave was refused; the same message would be refused again. */
export class CommandRejected extends CodedError {
  constructor({ code, message }: Rejection) {
    super(code, message);
  }
}

/** For handlers: a refused command fails the message. */
export function mustBeAccepted(result: CommandResult): void {
  if (result.kind === 'rejected') throw new CommandRejected(result.rejection);
}

/** Something that a handler knows will fail the same way each time. */
export class PermanentFailure extends CodedError {}

/** A handler that did not end within its deadline. */
export class DeadlineExceeded extends CodedError {
  constructor(milliseconds: number) {
    super('deadline-exceeded', `The handler took longer than ${milliseconds} ms.`);
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
