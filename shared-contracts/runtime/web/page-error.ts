/** An error whose message is a sentence for people: the error page with this status shows it. */
export class PageError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'PageError';
    this.statusCode = statusCode;
  }
}
