import type { FastifyInstance } from 'fastify';
import { addLive } from '../../shared/live.ts';
import { param } from '../../shared/param.ts';
import { createSite } from '../../shared/site.ts';
import { parseSource, readableText } from '../parse.ts';
import type { MailStore } from '../store.ts';
import { addMailApi, type Control, toBehaviour } from './api.ts';
import { frame, HTML_POLICY } from './html-view.ts';
import { mailOf, pageOf, queryOf } from './request.ts';
import { search } from './search.ts';
import { helpers } from './view-helpers.ts';

const PAGE_SIZE = 50;
const VIEWS = ['text', 'html', 'source'];

/** The mailbox page and its JSON; `changed` refreshes the lists that people look at. */
export async function createMailSite(
  store: MailStore,
  control: Control,
): Promise<{ app: FastifyInstance; changed(): void }> {
  const app = await createSite({
    title: 'Mailbox',
    pagesDir: import.meta.dirname,
    helpers,
    styles: ['mail.css'],
  });
  const live = addLive(app);
  addMailApi(app, store, control, live.changed);

  app.get('/', async (request, reply) => {
    const query = queryOf(request.query);
    const { page, offset, limit } = pageOf(request.query, PAGE_SIZE);
    const { mails, total } = await search(store.newestFirst(), query, { offset, limit });
    const filtered = Object.values(query).some((part) => part !== '');
    const link = (to: number) => `/?${new URLSearchParams({ ...present(query), page: String(to) })}`;
    return reply.view('list', {
      mails,
      total,
      query,
      filtered,
      empty: store.count() === 0,
      behaviour: control.get(),
      first: offset + 1,
      last: offset + mails.length,
      newer: page > 1 && link(page - 1),
      older: offset + mails.length < total && link(page + 1),
    });
  });

  app.get('/mails/:id', async (request, reply) => {
    const { mail, source } = mailOf(store, request.params);
    const email = await parseSource(source);
    const thread = store.thread(mail);
    const wanted = param(request.query, 'view');
    const view = VIEWS.includes(wanted) ? wanted : mail.hasHtml && email.text === undefined ? 'html' : 'text';
    return reply.view('mail', {
      title: mail.subject || '(no subject)',
      mail,
      view,
      text: view === 'text' ? readableText(email) : '',
      source: view === 'source' ? source.toString('utf8') : '',
      attachments: email.attachments.map(({ filename, mimeType }, index) => ({ index, filename, mimeType })),
      thread: thread.length > 1 ? thread.map((other) => ({ ...other, here: other.id === mail.id })) : [],
    });
  });

  app.get('/mails/:id/html', async (request, reply) => {
    const email = await parseSource(mailOf(store, request.params).source);
    reply.header('content-security-policy', HTML_POLICY).type('text/html; charset=utf-8');
    return frame(email.html ?? '');
  });

  app.get('/mails/:id/source', async (request, reply) => {
    const { source } = mailOf(store, request.params);
    return reply.type('text/plain; charset=utf-8').send(source);
  });

  app.get('/mails/:id/attachments/:index', async (request, reply) => {
    const email = await parseSource(mailOf(store, request.params).source);
    const attachment = email.attachments[Number(param(request.params, 'index'))];
    if (!attachment) return reply.callNotFound();
    const name = encodeURIComponent(attachment.filename ?? 'attachment');
    const { content } = attachment;
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
      .send(typeof content === 'string' ? content : Buffer.from(new Uint8Array(content)));
  });

  app.post('/mails/:id/delete', async (request, reply) => {
    await store.remove(mailOf(store, request.params).mail.id);
    live.changed();
    return reply.redirect('/', 303);
  });

  app.post('/delete-all', async (_request, reply) => {
    await store.removeAll();
    live.changed();
    return reply.redirect('/', 303);
  });

  app.post('/behaviour', async (request, reply) => {
    control.set(toBehaviour(request.body));
    live.changed();
    return reply.redirect('/', 303);
  });

  return { app, changed: live.changed };
}

function present(query: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}
