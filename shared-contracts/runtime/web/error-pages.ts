import { randomBytes } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isForLogs, sentenceOf, statusOf } from './page-error.ts';
import { spanOf, traceIdOf } from './tracing.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Shows the error page of the reply's status, with a sentence of your own where you have one. */
    errorPage(sentence?: string): Promise<FastifyReply>;
  }
}

type ErrorText = { readonly title: string; readonly text: string };

const UNEXPECTED: ErrorText = {
  title: 'Something went wrong here',
  text: 'This is our mistake, not yours, and it has been noted. Go back and try again: a form that is sent twice counts once.',
};

const TEXTS: Readonly<Record<number, ErrorText>> = {
  400: {
    title: 'We could not read that',
    text: 'The address or the form is not complete. Go back, reload the page and try again.',
  },
  401: {
    title: 'Please sign in first',
    text: 'You are signed out, so nothing was saved. Sign in in another tab, then go back and send it again.',
  },
  403: { title: 'You may not do this', text: 'Your account has no right to this page or action.' },
  404: {
    title: 'There is no such page',
    text: 'The link may be cut off or mistyped. Compare it with the one you were sent, to its last character.',
  },
  405: {
    title: 'That does not work here',
    text: 'This address does not take what was sent. Go back and try again.',
  },
  409: {
    title: 'Somebody was faster',
    text: 'This has changed since the page was made. Reload it, look at what is new, and decide again.',
  },
  413: {
    title: 'That is too much at once',
    text: 'What you sent is over the size limit, and nothing was saved. Go back, where your text still is, and shorten it.',
  },
  415: {
    title: 'We could not read that',
    text: 'This address takes ordinary web forms only. Go back, reload the page and send it from there.',
  },
  422: {
    title: 'That cannot be done',
    text: 'What was asked for does not go together with how things are. Go back, reload the page and look again.',
  },
  429: { title: 'That was very often', text: 'Please wait a minute, then try again.' },
  503: {
    title: 'Not available right now',
    text: 'A part of the help desk does not answer. Try again in a minute: a form that is sent twice counts once.',
  },
};

const FORGED: ErrorText = {
  title: 'Please send the form once more',
  text: 'We could not tell that the form came from this page: it was open for very long, or cookies are blocked. Nothing was saved yet. Open the form anew and send it again.',
};

/**
 * Turns every error into a finished page: what happened, what to do now, and for our own mistakes an id that finds the
 * log line.
 */
export function showErrorPages(app: FastifyInstance): void {
  app.decorateReply('errorPage', function (this: FastifyReply, sentence?: string) {
    const status = this.statusCode;
    const { title, text } = TEXTS[status] ?? UNEXPECTED;
    const typed = status === 401 ? { typed: typedTexts(this.request.body) } : {};
    return answer(this, { status, title, text: sentence ?? text, ...typed });
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    reply.code(status);
    if (error.code?.startsWith('FST_CSRF_')) {
      return answer(reply, { status, ...FORGED, typed: typedTexts(request.body) });
    }
    const { title, text } =
      TEXTS[status] ?? (status < 500 ? { title: 'That did not work', text: UNEXPECTED.text } : UNEXPECTED);
    const page = { status, title, text: sentenceOf(error) ?? text };
    if (status < 500) {
      const line = { code: error.code, status, traceId: traceIdOf(request) };
      if (isForLogs(error)) request.log.warn({ ...line, error: error.message }, 'request given up');
      else request.log.info(line, 'request refused');
      return answer(reply, page);
    }
    return answer(reply, { ...page, errorId: noteFailure(error, request, status) });
  });
}

/** A page without template and layout, for when there is none: a URL that cannot be read, a template that fails. */
export function barePage(reply: FastifyReply, status: number): FastifyReply {
  const { title, text } = TEXTS[status] ?? UNEXPECTED;
  return reply
    .code(status)
    .header('content-security-policy', "default-src 'none'")
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`);
}

type Answer = ErrorText & {
  readonly status: number;
  readonly errorId?: string;
  readonly typed?: readonly TypedText[];
};

async function answer(reply: FastifyReply, page: Answer): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  if (page.status === 503) reply.header('retry-after', '30');
  if (!wantsPage(reply.request)) {
    const { status, title, text, errorId } = page;
    return reply.send({ status, title, text, errorId });
  }
  try {
    return reply.send(await reply.renderShared('error', page));
  } catch (error) {
    reply.request.log.error({ err: error, status: page.status }, 'the error page failed');
    return barePage(reply, page.status);
  }
}

function wantsPage(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '*/*';
  return !accept.includes('application/json') || accept.includes('text/html');
}

/** The log line and the span carry the id that the page shows, so each of the three finds the others. */
export function noteFailure(error: FastifyError, request: FastifyRequest, status: number): string {
  const errorId = newErrorId();
  spanOf(request)?.setAttributes({ 'error.type': error.code ?? error.name, 'deskstream.error_id': errorId });
  request.log.error({ err: error, errorId, status, traceId: traceIdOf(request) }, 'request failed');
  return errorId;
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters that survive being read out over the telephone (no I, L, O, U). */
function newErrorId(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte & 31]).join('');
}

type TypedText = { readonly name: string; readonly text: string };

/** What somebody wrote, so that a refused form loses none of it: shown to be copied, never as a form that could be sent. */
function typedTexts(body: unknown): TypedText[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '')
    .filter(([name]) => !/^_|id$|password|secret|token/i.test(name))
    .slice(0, 50)
    .map(([name, text]) => ({ name, text }));
}
