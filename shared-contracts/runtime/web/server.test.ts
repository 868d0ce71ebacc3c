import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import pino from 'pino';
import t, { type Test } from 'tap';
import Type from 'typebox';
import { CommandId } from './double-submit.ts';
import { parseForm } from './form.ts';
import { PageError } from './page-error.ts';
import { createWebServer, type WebServerOptions } from './server.ts';

const SCRIPT = `<script>alert("x")</script>' onload=`;
const TOKEN = 'tok-7f3a9c51d2e84b60';
const Note = Type.Object({ commandId: CommandId, text: Type.String({ maxLength: 100 }) });

const PAGES = {
  'note.hbs': `<h1>{{title}}</h1>{{> form-errors form=form}}<form method="post">{{> form-tokens form=form}}
{{> field form=form name="text" type="textarea" label="Note"}}{{> field form=form name="who" label="Who"}}</form>`,
  'broken.hbs': '{{asset "nothing.css"}}',
  assets: { 'own.js': 'export {};\n' },
};

async function site(t: Test, options: Partial<WebServerOptions> = {}) {
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
async function openForm(app: Awaited<ReturnType<typeof site>>['app']) {
  const page = await app.inject('/note');
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.body)?.[1] ?? '';
  const cookie = cookiesOf(page);
  return { cookie, fields: { _csrf: hidden('_csrf'), commandId: hidden('commandId') } };
}

function cookiesOf(answer: LightMyRequestResponse): string {
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const payload = new URLSearchParams(fields).toString();
  return {
    method: 'POST' as const,
    url,
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  };
}

t.test('a form with its token is taken, and says so once on the next page', async (t) => {
  const { app, saved } = await site(t);
  const { cookie, fields } = await openForm(app);
  const answer = await app.inject(post('/note', { ...fields, text: SCRIPT }, { cookie }));
  t.equal(answer.statusCode, 303);
  t.strictSame(saved, [SCRIPT]);
  const flash = cookiesOf(answer);
  const next = await app.inject({ url: '/note', headers: { cookie: `${cookie}; ${flash}` } });
  t.match(next.body, 'Saved &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#x27; onload&#x3D;');
  t.equal(next.cookies.find(({ name }) => name.endsWith('-flash'))?.value, '', 'the message is taken');
  const forged = await app.inject({
    url: '/note',
    headers: { cookie: 'deskstream-customer-flash={"kind":"done","text":"Forged"}' },
  });
  t.equal(forged.statusCode, 200);
  t.notMatch(forged.body, 'Forged');
});

t.test('nothing that changes something is taken without the token, whatever the route', async (t) => {
  const { app, saved } = await site(t);
  const { cookie, fields } = await openForm(app);
  const other = await openForm(app);
  const text = 'Not lost & kept';
  const requests = {
    'no token': post('/note', { text }, { cookie }),
    'no cookie': post('/note', { ...fields, text }),
    'the token of another browser': post('/note', { ...other.fields, text }, { cookie }),
    'an unsigned cookie': post('/note', { ...fields, text }, { cookie: 'deskstream-customer-csrf=guess' }),
    'another site': post('/note', { ...fields, text }, { cookie, 'sec-fetch-site': 'cross-site' }),
    'another port of this host': post(
      '/note',
      { ...fields, text },
      { cookie, 'sec-fetch-site': 'same-site' },
    ),
    'another route': post(`/track/${TOKEN}`, { text }, { cookie }),
    put: { ...post('/note', { text }, { cookie }), method: 'PUT' as const },
    delete: { ...post('/note', { text }, { cookie }), method: 'DELETE' as const },
  };
  for (const [name, request] of Object.entries(requests)) {
    const answer = await app.inject(request);
    t.equal(answer.statusCode, 403, name);
    t.match(answer.body, 'Open the form anew and send it again', name);
    t.match(answer.body, 'Not lost &amp; kept', `${name}: what was typed is there to copy`);
  }
  t.strictSame(saved, []);
});

t.test(
  'a form with a mistake comes back with what was typed, escaped, and the mistake beside its field',
  async (t) => {
    const { app, saved } = await site(t);
    const { cookie, fields } = await openForm(app);
    const text = `\n  ${SCRIPT}${'x'.repeat(200)}`;
    const answer = await app.inject(post('/note', { ...fields, text }, { cookie }));
    t.equal(answer.statusCode, 400);
    t.notMatch(answer.body, '<script>alert');
    t.match(
      answer.body,
      /<textarea[^>]*aria-describedby="field-text-error" aria-invalid="true">\n\n {2}&lt;script&gt;alert/,
    );
    t.match(
      answer.body,
      /id="field-text-error">This is \d+ characters long; the limit is 100\. Please shorten it\.</,
    );
    t.match(answer.body, `name="commandId" value="${fields.commandId}"`, 'it is still the same command');
    t.strictSame(saved, []);
  },
);

t.test('bodies that are too large, too many or of another kind', async (t) => {
  const { app, saved } = await site(t, { bodyLimit: 200_000 });
  const { cookie, fields } = await openForm(app);
  const big = await app.inject(post('/note', { ...fields, text: 'x'.repeat(200_000) }, { cookie }));
  t.equal(big.statusCode, 413);
  t.match(big.body, 'That is too much at once');
  const many = await app.inject({ ...post('/note', {}, { cookie }), payload: 'a=1&'.repeat(3000) });
  t.equal(many.statusCode, 413);
  t.match(many.body, 'The form has too many fields');
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
    const answer = await app.inject({
      ...post('/note', {}, { cookie, 'content-type': type }),
      payload: '{}',
    });
    t.equal(answer.statusCode, 415, type);
    t.match(answer.body, 'This address takes ordinary web forms only', type);
  }
  t.strictSame(saved, []);
});

t.test('an error of ours is a finished page whose id finds the log line', async (t) => {
  const { app, lines } = await site(t);
  const answer = await app.inject('/explodes');
  t.equal(answer.statusCode, 500);
  t.match(answer.body, 'Something went wrong here');
  t.notMatch(answer.body, /hunter2|server\.test|^\s+at /m);
  const id = /error-id">([0-9A-Z]{8})</.exec(answer.body)?.[1];
  const line = lines.map((text) => JSON.parse(text)).find(({ errorId }) => errorId === id);
  t.match(line, { level: 50, status: 500, err: { message: /hunter2/, stack: /server\.test/ } });

  const down = await app.inject('/down');
  t.equal(down.statusCode, 503);
  t.match(down.body, 'Lists are not available right now.');
  t.match(down.body, 'error-id');
  t.equal(down.headers['retry-after'], '30');

  const broken = await app.inject('/broken');
  t.equal(broken.statusCode, 500);
  t.match(broken.body, 'Something went wrong here');
  t.notMatch(broken.body, 'nothing.css');

  const json = await app.inject({ url: '/explodes', headers: { accept: 'application/json' } });
  t.match(json.json(), { status: 500, title: 'Something went wrong here', errorId: /^[0-9A-Z]{8}$/ });
  t.notMatch(json.body, 'hunter2');
});

t.test('what is not there', async (t) => {
  const { app } = await site(t);
  for (const [url, sentence] of [
    ['/nothing', 'There is no such page'],
    ['/gone', 'There is no such note.'],
    ['/assets/../server.js', 'There is no such page'],
    ['/assets/pico.amber.css', 'There is no such page'],
  ] as const) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 404, url);
    t.match(answer.body, sentence, url);
    t.notMatch(answer.body, 'error-id', url);
  }
  const unreadable = await app.inject('/%c0');
  t.equal(unreadable.statusCode, 400);
  t.match(unreadable.body, 'We could not read that');
  t.equal((await app.inject(post('/nothing', {}))).statusCode, 404);
});

t.test('headers and cookies of a page', async (t) => {
  const plain = await (await site(t)).app.inject('/note');
  t.match(plain.headers, {
    'content-security-policy':
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'private, no-cache',
    'content-type': 'text/html; charset=utf-8',
  });
  t.equal(plain.headers['strict-transport-security'], undefined);
  t.notMatch(plain.body, /<script(?![^>]* src=)|<style| style=| on\w+=/);
  t.match(plain.body, '<a class="nav-link" href="/note" aria-current="page">Notes</a>');
  t.match(plain.cookies, [{ name: 'deskstream-customer-csrf', httpOnly: true, sameSite: 'Lax', path: '/' }]);

  const tls = await (await site(t, { secureCookies: true })).app.inject('/note');
  t.equal(tls.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  t.match(tls.cookies, [
    { name: '__Host-deskstream-customer-csrf', httpOnly: true, secure: true, sameSite: 'Lax' },
  ]);
});

t.test('assets are cached for long under the address that a page gives', async (t) => {
  const { app } = await site(t);
  const page = await app.inject('/note');
  const addresses = [...page.body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, url = '']) =>
    url.replace('&#x3D;', '='),
  );
  t.strictSame(
    addresses.map((url) => url.split('?')[0]),
    ['icon.svg', 'pico.min.css', 'site.css', 'zone.js', 'icon.svg'].map((name) => `/assets/${name}`),
  );
  for (const url of addresses) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 200, url);
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable', url);
    t.equal(answer.cookies.length, 0, url);
  }
  const stale = await app.inject('/assets/site.css?v=old');
  t.equal(stale.headers['cache-control'], 'no-cache');
  const again = await app.inject({
    url: '/assets/site.css',
    headers: { 'if-none-match': String(stale.headers.etag) },
  });
  t.equal(again.statusCode, 304);
  t.equal((await app.inject('/assets/own.js')).body, 'export {};\n');
});

t.test('health names what is not ready', async (t) => {
  const checks = [
    { name: 'event store', ok: true },
    { name: 'broker', ok: false, detail: 'connection refused' },
  ];
  const { app } = await site(t, { ready: async () => checks });
  t.strictSame((await app.inject('/health/live')).json(), { live: true });
  const notReady = await app.inject('/health/ready');
  t.equal(notReady.statusCode, 503);
  t.strictSame(notReady.json(), { ready: false, notReady: ['broker'], checks });
  const well = await site(t, { ready: async () => checks.slice(0, 1) });
  t.strictSame((await well.app.inject('/health/ready')).statusCode, 200);
  const failing = await site(t, { ready: () => Promise.reject(new Error('secret detail')) });
  const answer = await failing.app.inject('/health/ready');
  t.equal(answer.statusCode, 503);
  t.strictSame(answer.json().notReady, ['readiness']);
  t.notMatch(answer.body, 'secret detail');
});

t.test('the log holds routes, and nothing that people or links say', async (t) => {
  const { app, lines } = await site(t);
  const { cookie, fields } = await openForm(app);
  await app.inject(post('/note?mail=ann@example.com', { ...fields, text: 'Ann wrote this' }, { cookie }));
  for (const url of [
    `/track/${TOKEN}`,
    `/track/${TOKEN}/`,
    `/track/${TOKEN}/more`,
    `/trak/${TOKEN}`,
    `/track/${TOKEN}%c0`,
  ]) {
    await app.inject(url);
    await app.inject(post(url, { text: 'Ann wrote this' }));
  }
  const log = lines.join('');
  t.notMatch(log, TOKEN);
  t.notMatch(log, /ann@example|Ann wrote/);
  const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  t.match(requests.slice(0, 4), [
    { method: 'GET', route: '/note', status: 200 },
    { method: 'POST', route: '/note', status: 303 },
    { method: 'GET', route: '/track/:token', status: 200 },
    { method: 'POST', route: '/track/:token', status: 403 },
  ]);
});

t.test('a broken request is refused and not logged; closing ends connections that only wait', async (t) => {
  const { app, lines } = await site(t);
  const origin = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const agent = new http.Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const status = await new Promise((resolve, reject) => {
    http
      .get(new URL('/note', origin), { agent }, (answer) =>
        answer.resume().on('end', () => resolve(answer.statusCode)),
      )
      .on('error', reject);
  });
  t.equal(status, 200);
  const refused = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'x-large': 'x'.repeat(20_000) };
    http
      .get(new URL(`/track/${TOKEN}`, origin), { headers }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject);
  });
  t.equal(refused, 431);
  const closed = await Promise.race([app.close().then(() => 'closed'), pause(3000, 'still open')]);
  t.equal(closed, 'closed');
  t.notMatch(lines.join(''), TOKEN);
});

t.test('a secret that is too short is refused', async (t) => {
  await t.rejects(site(t, { secret: new Uint8Array(16) }), /needs 32 bytes/);
});
