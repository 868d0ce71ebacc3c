/**
 * What every error of ours is: a stable code in kebab-case, which logs, the ledger of failed messages, their filters and
 * tests go by, and a sentence for people that says what to do. It bears the name of its class.
 */
export class CodedError extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = new.target.name;
    this.code = code;
  }
}
