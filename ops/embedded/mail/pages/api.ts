import type { FastifyInstance } from 'fastify';
import { Problem } from '../../shared/problem.ts';
import { type Behaviour, readBehaviour } from '../behaviour.ts';
import type { Mail } from '../mail.ts';
import { parseSource, readableText } from '../parse.ts';
import type { MailStore } from '../store.ts';
import { mailOf, pageOf, queryOf } from './request.ts';
import { search } from './search.ts';

const MAX_LIMIT = 1000;

/** How SMTP treats the next mails, and how to change it. */
export type Control = { get(): Behaviour; set(behaviour: Behaviour): void };

/** Adds the JSON side of the mailbox, for tests and tools; `changed` is called after what they change. */
export function addMailApi(
  app: FastifyInstance,
  store: MailStore,
  control: Control,
  changed: () => void,
): void {
  app.get('/api/mails', async (request) => {
    const { offset, limit } = pageOf(request.query, 100, MAX_LIMIT);
    const { mails, total } = await search(store.newestFirst(), queryOf(request.query), { offset, limit });
    return { mails: mails.map(toJson), total };
  });

  app.get('/api/mails/:id', async (request) => {
    const { mail, source } = mailOf(store, request.params);
    const email = await parseSource(source);
    return {
      ...toJson(mail),
      text: readableText(email),
      html: email.html ?? null,
      headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      attachments: email.attachments.map(({ filename, mimeType }) => ({ filename, mimeType })),
      thread: store.thread(mail).map(({ id }) => String(id)),
      source: source.toString('utf8'),
    };
  });

  app.delete('/api/mails', async () => {
    const removed = await store.removeAll();
    changed();
    return { removed };
  });

  app.delete('/api/mails/:id', async (request, reply) => {
    await store.remove(mailOf(store, request.params).mail.id);
    changed();
    return reply.code(204).send();
  });

  app.post('/api/erase', async (request) => {
    const addresses = textsOf(request.body, 'addresses').map((address) => address.toLowerCase());
    const removed = await store.erase(new Set(addresses), new Set(textsOf(request.body, 'messageIds')));
    changed();
    return { removed };
  });

  app.get('/api/behaviour', async () => control.get());

  app.post('/api/behaviour', async (request) => {
    control.set(toBehaviour(request.body));
    changed();
    return control.get();
  });
}

/** Reads a behaviour that a client sent. */
export function toBehaviour(body: unknown): Behaviour {
  try {
    return readBehaviour(body);
  } catch (error) {
    throw error instanceof RangeError ? new Problem(400, error.message) : error;
  }
}

function textsOf(body: unknown, name: string): string[] {
  const list: unknown = Reflect.get(Object(body), name);
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw new Problem(400, `Give a list of texts as "${name}".`);
}

function toJson({ id, messageId, from, to, recipients, subject, date, receivedAt, text, size }: Mail) {
  return { id: String(id), messageId, from, to, recipients, subject, date, receivedAt, text, size };
}
