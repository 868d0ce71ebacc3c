/** What an operator asked for cannot be done; the message is a sentence that says why. */
export class NotPossible extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'NotPossible';
  }
}
