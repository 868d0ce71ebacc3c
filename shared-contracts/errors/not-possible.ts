import { CodedError } from './coded-error.ts';

/** What an operator asked for cannot be done; the sentence says why. */
export class NotPossible extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('not-possible', sentence, options);
  }
}

/** What an operator named is not there. */
export class NotThere extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('not-there', sentence, options);
  }
}
