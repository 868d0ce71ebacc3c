import { CodedError } from '../../shared-contracts/errors/coded-error.ts';

/** A reason not to start: its sentence is said as it is. */
export class StartError extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('cannot-start', sentence, options);
  }
}
