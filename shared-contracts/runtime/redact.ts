// It begins where a word begins: without that, a long text without an address takes quadratic time.
const EMAIL = /(?:"[^"\n]*"|(?<=^|[\s<>"(),;:@])[^\s<>"(),;:@]+)@[^\s<>"'(),;:@]+/g;

/**
 * Takes e-mail addresses out of a text that other software made (an SMTP answer, a driver's error), so that nothing
 * personal gets into park reasons, ledgers, logs and traces, from where it could not be erased.
 */
export function redact(text: string): string {
  return text.replace(EMAIL, '<address>');
}
