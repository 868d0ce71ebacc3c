import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { CodedError } from '../../errors/coded-error.ts';
import { NotPossible, NotThere } from '../../errors/not-possible.ts';
import { NewerVersion } from '../../messages/decode-message.ts';
import { BrokerUnavailable } from '../bus/confirmed-sends.ts';
import { ConflictError } from '../handle-command.ts';
import { openForm, post, site, TOKEN } from './example-site.ts';
import { PageError, sentenceOf, statusOf } from './page-error.ts';

t.test('an error of ours is a finished page whose id finds the log line', async (t) => {
  const { app, lines } = await site(t);
  const answer = await app.inject('/explodes');
  t.equal(answer.statusCode, 500);
  t.match(answer.body, 'Something went wrong here');
  t.notMatch(answer.body, /hunter2|example-site|^\s+at /m);
  const id = /error-id">([0-9A-Z]{8})</.exec(answer.body)?.[1];
  const line = lines.map((text) => JSON.parse(text)).find(({ errorId }) => errorId === id);
  t.match(line, { level: 50, status: 500, err: { message: /hunter2/, stack: /example-site/ } });

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

t.test(
  'an error has the status that its code means, and its sentence is shown where it is for people',
  async (t) => {
    const said = (error: Error) => [statusOf(error), sentenceOf(error)];
    t.strictSame(said(new PageError(429, 'Wait a minute.')), [429, 'Wait a minute.']);
    t.strictSame(said(new NotThere('There is no such replay.')), [404, 'There is no such replay.']);
    t.strictSame(said(new NotPossible('It waits no longer.')), [422, 'It waits no longer.']);
    t.strictSame(said(new ConflictError('ticket-7')), [409, undefined]);
    t.strictSame(said(new NewerVersion('TicketTagged', 'version 2 is newer')), [503, undefined]);
    t.strictSame(said(new BrokerUnavailable('There is no connection.')), [503, undefined]);
    t.strictSame(said(new CodedError('no-handler', 'Nobody handles this.')), [500, undefined]);
    t.strictSame(said(new Error('the password is hunter2')), [500, undefined]);
  },
);

t.test(
  'what was refused is noted; what was given up after many tries is a warning that says on which stream',
  async (t) => {
    const { app, lines } = await site(t);
    app.get('/contended', () => Promise.reject(new ConflictError('ticket-7')));
    const answer = await app.inject('/contended');
    t.equal(answer.statusCode, 409);
    t.match(answer.body, 'Somebody was faster');
    t.notMatch(answer.body, 'ticket-7');
    await app.inject('/gone');
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg !== 'request');
    t.match(told, [
      { level: 40, status: 409, code: 'append-conflict', error: /ticket-7/, msg: 'request given up' },
      { level: 30, status: 404, msg: 'request refused' },
    ]);
  },
);

t.test('what is not there is told on a page, and is no failure of ours', async (t) => {
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

t.test('a page runs and loads nothing of others, and its cookies are for the server only', async (t) => {
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
    ['icon.svg', 'pico.min.css', 'site.css', 'zone.js', 'live.js', 'icon.svg'].map(
      (name) => `/assets/${name}`,
    ),
  );
  for (const url of addresses) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 200, url);
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable', url);
    t.equal(answer.cookies.length, 0, url);
    t.notMatch(answer.body, '@import', 'nothing that would be asked for in turn');
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
