/** An error whose message is a sentence for people: the error page with this status shows it. */
export class PageError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'PageError';
    this.statusCode = statusCode;
  }
}

/** The HTTP status that an error asks for; an error that names none is a failure of ours. */
export function statusOf(error: { readonly statusCode?: number | undefined }): number {
  const status = error.statusCode;
  return status !== undefined && status >= 400 && status < 600 ? status : 500;
}
