import { CodedError } from '../../errors/coded-error.ts';

/** The service stops in the middle of an operation: nothing is wrong with it, and whoever gets it next goes on. */
export class Interrupted extends CodedError {
  constructor() {
    super('service-stops', 'The service stops; the operation goes on when it is back.');
  }
}
