// Every code of a request that is refused: what the API answers it with, and pages its sentence.

type Meaning = { readonly status: number; readonly meaning: string };

/** Every code, with its status and what to do about it. Codes are stable: programs may go by them. */
export const PROBLEMS = {
  'unknown-parameter': { status: 400, meaning: 'There is no such parameter. Look for how it is spelt.' },
  'repeated-parameter': { status: 400, meaning: 'A parameter stands there twice. Give it once.' },
  'bad-parameter': {
    status: 400,
    meaning: 'A parameter is not what it must be; `detail` says what that is.',
  },
  'bad-span': { status: 400, meaning: 'A span ends before it begins. Turn its ends round.' },
  'too-many-days': { status: 400, meaning: 'More than ten years in one answer. Ask for fewer days.' },
  'bad-cursor': { status: 400, meaning: 'The cursor is none that a list has given. Begin without one.' },
  'cursor-of-other-filters': {
    status: 400,
    meaning: 'The cursor belongs to other filters. Send it with those of the page that it came with.',
  },
  'bad-position': {
    status: 400,
    meaning: 'The position is none of this store. Use the last that the feed gave, or begin without one.',
  },
  'bad-request': { status: 400, meaning: 'The address or the request cannot be read at all.' },
  'token-missing': {
    status: 401,
    meaning: 'The request came without a token. Send `Authorization: Bearer …`.',
  },
  'token-unknown': { status: 401, meaning: 'There is no such token. Compare it to its last character.' },
  'token-expired': { status: 401, meaning: 'The token has run out. Make another.' },
  'token-revoked': { status: 401, meaning: 'The token was revoked. Make another.' },
  'not-an-analyst': {
    status: 403,
    meaning: 'Whoever the request is from is no analyst now. Ask an administrator for the role.',
  },
  'personal-data-not-granted': {
    status: 403,
    meaning: 'Personal fields were asked for and are not granted. Leave `personal` out to read them masked.',
  },
  'password-is-temporary': {
    status: 403,
    meaning: 'Choose a password of your own first, on the page of your account.',
  },
  'no-such-path': {
    status: 404,
    meaning: 'There is nothing under this path, or not for this method: everything here is read with GET.',
  },
  'ticket-unknown': { status: 404, meaning: 'There is no such ticket.' },
  'ticket-not-there-yet': {
    status: 404,
    meaning: 'The ticket was made after the moment that was asked for.',
  },
  'too-many-requests': { status: 429, meaning: 'Wait for as many seconds as `Retry-After` says.' },
  'too-many-feeds': { status: 429, meaning: 'Too many feeds are read at once. End one of them first.' },
  failed: {
    status: 500,
    meaning: 'Our mistake; it has been noted under `errorId`. Try again, then tell us the id.',
  },
  unavailable: { status: 503, meaning: 'A part of the help desk does not answer. Try again in a minute.' },
} as const satisfies Record<string, Meaning>;

export type ProblemCode = keyof typeof PROBLEMS;
