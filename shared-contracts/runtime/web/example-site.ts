import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import type { Test } from 'tap';
import Type from 'typebox';
import { CommandId } from './double-submit.ts';
import { parseForm } from './form.ts';
import { PageError } from './page-error.ts';
import { createWebServer, type WebServerOptions } from './server.ts';

export const SCRIPT = `<script>alert("x")</script>' onload=`;
export const TOKEN = 'tok-7f3a9c51d2e84b60';
const Note = Type.Object({ commandId: CommandId, text: Type.String({ maxLength: 100 }) });

const PAGES = {
  'note.hbs': `<h1>{{title}}</h1>{{> form-errors form=form}}<form method="post">{{> form-tokens form=form}}
{{> field form=form name="text" type="textarea" label="Note"}}{{> field form=form name="who" label="Who"}}</form>`,
  'broken.hbs': '{{asset "nothing.css"}}',
  assets: { 'own.js': 'export {};\n' },
};

/** A small site with a form, a route with a secret and routes that fail, what it logged, and what its forms saved. */
export async function site(t: Test, options: Partial<WebServerOptions> = {}) {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const pagesDir = t.testdir(PAGES);
  const app = await createWebServer({
    site: 'customer',
    siteTitle: 'Help desk',
    pagesDir,
    assetsDir: join(pagesDir, 'assets'),
    navigation: [{ href: '/note', label: 'Notes' }],
    secret: new Uint8Array(32).fill(1),
    secureCookies: false,
    logger,
    ready: async () => [],
    ...options,
  });
  const saved: string[] = [];
  app.get('/note', (_request, reply) => reply.view('note', { title: 'A note' }));
  app.post('/note', (request, reply) => {
    const form = parseForm(Note, request.body);
    if (!form.ok) return reply.code(400).view('note', { title: 'A note', form });
    saved.push(form.values.text);
    return reply.flash('done', `Saved ${form.values.text}`).redirect('/note', 303);
  });
  app.put('/note', () => saved.push('put'));
  app.delete('/note', () => saved.push('deleted'));
  app.get('/track/:token', { config: { secretPath: true } }, (_request, reply) => reply.view('note'));
  app.post('/track/:token', { config: { secretPath: true } }, () => saved.push('tracked'));
  app.get('/explodes', () => {
    throw new Error('the database password is hunter2');
  });
  app.get('/down', () => {
    throw new PageError(503, 'Lists are not available right now.', { cause: new Error('no MongoDB') });
  });
  app.get('/gone', () => {
    throw new PageError(404, 'There is no such note.');
  });
  app.get('/broken', (_request, reply) => reply.view('broken'));
  t.teardown(() => app.close());
  return { app, lines, saved };
}

/** Opens the form as a browser would: its cookie, its hidden fields. */
export async function openForm(app: Awaited<ReturnType<typeof site>>['app']) {
  const page = await app.inject('/note');
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.body)?.[1] ?? '';
  const cookie = cookiesOf(page);
  return { cookie, fields: { _csrf: hidden('_csrf'), commandId: hidden('commandId') } };
}

/** The cookies that an answer sets, as a browser would send them back. */
export function cookiesOf(answer: LightMyRequestResponse): string {
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

/** A request as a browser posts a form. */
export function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const payload = new URLSearchParams(fields).toString();
  return {
    method: 'POST' as const,
    url,
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  };
}
