import type { Role } from '../../messages/fields.ts';
import type { Flash } from './flash.ts';

/** A place that a page links to. */
export type Link = {
  readonly href: string;
  readonly label: string;
  /** Who is shown it; everybody when not given. */
  readonly roles?: readonly Role[];
};

/** What every template can use without its route passing it (in a partial as `@root.csrfToken` and so on). */
export type PageLocals = {
  readonly csrfToken: string;
  readonly flash: Flash | undefined;
  /** The reader's time zone, or undefined as long as the browser has not told it. */
  readonly timeZone: string | undefined;
  readonly now: Date;
  readonly query: Readonly<Record<string, unknown>>;
  readonly navigation: readonly { href: string; label: string; current: 'page' | 'true' | undefined }[];
};

declare module 'fastify' {
  interface FastifyReply {
    /** Values for all templates of this reply; a hook of a site may add its own (who is signed in). */
    locals: PageLocals & Record<string, unknown>;
  }
}
