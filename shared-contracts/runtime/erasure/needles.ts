// What a message that nobody could read is searched for, to find out whether it is about a customer. Pure.
import { ERASED_EMAIL } from '../../messages/personal-fields.ts';
import type { KnownErasure } from './erasure-decider.ts';

/** Whether one of these texts has to do with the customer. */
export type IsAbout = (...texts: readonly string[]) => boolean;

/**
 * Looks for the address, however it is spelt, and for the ids of the customer and their issues. Not for the name or for what was written: others
 * have the same name, and what is found is deleted.
 */
export function aboutCustomer({ email, found }: Pick<KnownErasure, 'email' | 'found'>): IsAbout {
  const ids = [...found].flatMap(([subject, issueId]) => (issueId === null ? [subject] : [subject, issueId]));
  const needles = email === ERASED_EMAIL ? ids : [email.toLowerCase(), ...ids];
  return (...texts) =>
    texts.some((text) => {
      const searched = text.toLowerCase();
      return needles.some((needle) => searched.includes(needle));
    });
}
