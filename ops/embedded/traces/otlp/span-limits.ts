/** Events of a span that are kept, and as many links. */
export const MAX_EVENTS = 128;
/** Characters of a name that are kept. */
export const MAX_NAME = 1000;
/** The last time that a Date can show. */
export const MAX_TIME_US = 8.64e15;
