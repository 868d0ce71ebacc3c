// What a message that nobody could read is searched for, to find out whether it is about a customer. Pure.
import { ERASED_EMAIL } from '../../messages/personal-fields.ts';
import type { KnownErasure } from './erasure-decider.ts';

/** Whether one of these texts has to do with the customer. */
export type IsAbout = (...texts: readonly string[]) => boolean;

/**
 * Looks for the address, in whatever case of letters, and for the ids of the customer and their issues. Not for the name or
 * for what was written: others have the same name, and what is found is deleted.
 */
export function aboutCustomer({ email, found }: Pick<KnownErasure, 'email' | 'found'>): IsAbout {
  const ids = [...found].flatMap(([subject, issueId]) => (issueId === null ? [subject] : [subject, issueId]));
  const address = email === ERASED_EMAIL ? undefined : wholeAddress(email.toLowerCase());
  return (...texts) =>
    texts.some((text) => {
      const searched = text.toLowerCase();
      return address?.test(searched) === true || ids.some((id) => searched.includes(id));
    });
}

/** How escaped signs end that stand before an address in JSON, a URL or quoted-printable: they are not its first letters. */
const ESCAPED = String.raw`\\[bfnrt]|\\u[0-9a-f]{4}|[%=][0-9a-f]{2}`;

/** The address, but not as a part of a longer one, which is somebody else's. */
function wholeAddress(email: string): RegExp {
  const literal = email.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:(?<![a-z0-9._+-])|(?<=${ESCAPED}))${literal}(?![a-z0-9-]|\\.[a-z0-9])`);
}
