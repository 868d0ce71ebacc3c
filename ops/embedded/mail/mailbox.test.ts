import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { form, post, send, start } from './testing/start-mailbox.ts';

t.test('a mail is kept with what it said, and still there after a restart', async (t) => {
  const dataDir = t.testdir();
  const first = await start(t, { dataDir });
  const sent = await send(first.smtp, {
    to: 'Anna <anna@example.com>, bob@example.com',
    bcc: 'carol@example.com',
    subject: 'Grüße – we received your issue',
    text: 'Follow it at http://localhost:3000/issues/1?token=a&b=c.\n',
    html: '<p>Follow <a href="http://localhost:3000/issues/1">your issue</a></p>',
    messageId: '<event-1@deskstream>',
    date: new Date('2026-01-02T03:04:05Z'),
    attachments: [{ filename: 'naïve.txt', content: 'attached words' }],
  });
  t.match(sent.response, /^250 /);
  await first.close();

  const { json, page, url } = await start(t, { dataDir });
  const { mails, total } = await json('/api/mails');
  t.equal(total, 1);
  t.match(mails[0]?.receivedAt, /^\d{4}-\d\d-\d\dT/);
  t.strictSame(
    { ...mails[0], receivedAt: '', size: 0, text: String(mails[0]?.text).trim() },
    {
      id: '1',
      messageId: '<event-1@deskstream>',
      from: 'desk@example.com',
      to: ['anna@example.com', 'bob@example.com'],
      recipients: ['anna@example.com', 'bob@example.com', 'carol@example.com'],
      subject: 'Grüße – we received your issue',
      date: '2026-01-02T03:04:05.000Z',
      receivedAt: '',
      size: 0,
      text: 'Follow it at http://localhost:3000/issues/1?token=a&b=c.',
    },
  );
  const whole = await json('/api/mails/1');
  t.match(whole.html, /your issue/);
  t.match(whole.source, /^Message-ID: <event-1@deskstream>\r$/m);
  t.strictSame(whole.attachments, [{ filename: 'naïve.txt', mimeType: 'text/plain' }]);

  t.match(await page('/'), /Grüße – we received your issue/);
  t.match(
    await page('/mails/1'),
    'href="http://localhost:3000/issues/1?token&#x3D;a&amp;b&#x3D;c"',
    'addresses in a text are links',
  );
  t.match(
    await page('/mails/1?view=html'),
    /<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/,
  );
  t.match(await page('/mails/1?view=source'), /Message-ID: &lt;event-1@deskstream&gt;/);
  const attachment = await fetch(`${url}/mails/1/attachments/0`);
  t.equal(attachment.headers.get('content-disposition'), "attachment; filename*=UTF-8''na%C3%AFve.txt");
  t.equal(await attachment.text(), 'attached words');
});

t.test('a hostile mail is shown and harms nothing', async (t) => {
  const { smtp, page, url } = await start(t);
  const script = '<script>alert(1)</script>';
  await send(smtp, { from: `"${script}" <x@example.com>`, subject: script, text: script, html: script });
  for (const path of ['/', '/mails/1', '/mails/1?view=source']) {
    const html = await page(path);
    t.notMatch(html, script, `${path} escapes what others wrote`);
    t.match(html, '&lt;script&gt;', `${path} shows what others wrote`);
  }
  const html = await fetch(`${url}/mails/1/html`);
  t.match(await html.text(), script);
  const policy = html.headers.get('content-security-policy') ?? '';
  t.match(policy, /^default-src 'none'/);
  t.match(policy, /sandbox allow-popups allow-popups-to-escape-sandbox$/, 'no scripts, an origin of its own');
  t.match((await fetch(url)).headers.get('content-security-policy'), "script-src 'self'");
});

t.test('lists are newest first, in pages, and searchable', async (t) => {
  const { smtp, json, page } = await start(t);
  for (let i = 1; i <= 53; i++) {
    await send(smtp, {
      to: `c${i % 5}@example.com`,
      subject: `Issue ${i}`,
      text: i === 7 ? 'A Needle here' : 'hay',
    });
  }
  const subjects = async (path: string) => (await json(path)).mails.map(({ subject }) => subject);
  t.strictSame(await subjects('/api/mails?limit=2'), ['Issue 53', 'Issue 52']);
  t.strictSame(await subjects('/api/mails?limit=2&page=27'), ['Issue 1']);
  t.strictSame(await subjects('/api/mails?q=needle'), ['Issue 7']);
  t.strictSame(await subjects('/api/mails?to=C3@EXAMPLE.com&limit=2'), ['Issue 53', 'Issue 48']);
  t.equal((await json('/api/mails?to=c3@example.com&limit=2')).total, 11);
  t.strictSame(await subjects('/api/mails?subject=issue+5&from=desk&to=c0@'), ['Issue 50', 'Issue 5']);
  t.strictSame(await json('/api/mails?q=nowhere'), { mails: [], total: 0 });

  const first = await page('/');
  t.match(first, /1–50 of 53/);
  t.match(first, 'href="/?page&#x3D;2"');
  t.notMatch(first, />Issue 3</);
  t.match(await page('/?page=2'), />Issue 3</);
  t.match(await page('/?q=nowhere'), /No mail matches/);
});

t.test('a conversation is followed by References and In-Reply-To', async (t) => {
  const { smtp, json, page } = await start(t);
  await send(smtp, { subject: 'Reported', messageId: '<1@x>' });
  await send(smtp, { subject: 'Something else', messageId: '<other@x>' });
  await send(smtp, { subject: 'Started', messageId: '<2@x>', inReplyTo: '<1@x>' });
  await send(smtp, { subject: 'Resolved', messageId: '<3@x>', references: ['<1@x>', '<2@x>'] });
  await send(smtp, { subject: 'Reopened', messageId: '<4@x>', inReplyTo: '<3@x>' });
  t.strictSame((await json('/api/mails/3')).thread, ['1', '3', '4', '5']);
  t.match(await page('/mails/1'), /Conversation.*Started.*Resolved.*Reopened/s);
  t.notMatch(await page('/mails/2'), /Conversation/);
});

t.test(
  'nothing is shown under the name of another site, which may have been made to lead here',
  async (t) => {
    const { smtp, url } = await start(t);
    await send(smtp, { subject: 'For one person' });
    const askUnder = async (host: string) => {
      const [answer] = await once(get(`${url}/api/mails`, { headers: { host } }), 'response');
      return [answer.statusCode, (await text(answer)).includes('For one person')];
    };
    const hosts = [
      'localhost:3004',
      '127.0.0.1',
      '[::1]:3004',
      'mailbox.localhost',
      'evil.example:3004',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ];
    t.strictSame(await Promise.all(hosts.map(askUnder)), [
      [200, true],
      [200, true],
      [200, true],
      [200, true],
      [421, false],
      [421, false],
      [421, false],
    ]);
  },
);

t.test('one or all mails are deleted, but not for a page of another site', async (t) => {
  const { smtp, json, url } = await start(t);
  for (const subject of ['one', 'two', 'three']) await send(smtp, { subject });
  const foreign = await fetch(`${url}/delete-all`, form({}, { origin: 'http://evil.example' }));
  t.equal(foreign.status, 403);
  t.equal((await fetch(`${url}/mails/1/delete`, form({}, { 'sec-fetch-site': 'cross-site' }))).status, 403);
  t.equal((await json('/api/mails')).total, 3);

  t.equal((await fetch(`${url}/mails/2/delete`, form({}, { origin: url }))).status, 303);
  t.strictSame(
    (await json('/api/mails')).mails.map(({ subject }) => subject),
    ['three', 'one'],
  );
  t.equal((await fetch(`${url}/mails/2`)).status, 404);
  t.equal((await fetch(`${url}/api/mails/2`)).status, 404);

  t.equal((await fetch(`${url}/delete-all`, form({}))).status, 303);
  t.equal((await json('/api/mails')).total, 0);
  await send(smtp, { subject: 'four' });
  t.equal((await json('/api/mails')).mails[0]?.id, '4', 'an id is never used again');
});

t.test('the page hears of a new mail', async (t) => {
  const { smtp, url } = await start(t);
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const live = await fetch(`${url}/live`, { signal: stop.signal });
  t.equal(live.headers.get('content-type'), 'text/event-stream');
  await send(smtp, { subject: 'x' });
  let heard = '';
  for await (const chunk of live.body ?? []) {
    heard += Buffer.from(chunk).toString();
    if (heard.includes('event: changed')) break;
  }
  t.match(heard, /event: changed/);
});

t.test('somebody is erased: their mails are gone, from the disk as well, and others are kept', async (t) => {
  const dataDir = t.testdir();
  const { smtp, json, url, close } = await start(t, { dataDir });
  await send(smtp, { to: 'kim@example.com', subject: 'A persimmon', text: 'A persimmon for Kim.' });
  await send(smtp, { to: 'lou@example.com', cc: 'Kim@Example.com', subject: 'A persimmon for both' });
  await send(smtp, { to: 'lou@example.com', subject: 'About a persimmon', messageId: '<about-kim@desk>' });
  await send(smtp, { to: 'lou@example.com', subject: 'An apple', text: 'An apple for Lou.' });
  const erased = { addresses: ['KIM@example.com'], messageIds: ['<about-kim@desk>', '<unknown@desk>'] };
  t.strictSame(await json('/api/erase', post(erased)), { removed: 3 });
  t.strictSame(await json('/api/erase', post(erased)), { removed: 0 });
  t.strictSame(
    (await json('/api/mails')).mails.map(({ subject, text }) => [subject, text]),
    [['An apple', 'An apple for Lou.\n']],
  );
  const wrong = await fetch(`${url}/api/erase`, post({ addresses: 'kim@example.com', messageIds: [] }));
  t.equal(wrong.status, 400);
  await close();
  const files = await readdir(dataDir, { withFileTypes: true });
  const bytes = await Promise.all(files.map(({ name }) => readFile(join(dataDir, name), 'latin1')));
  t.notMatch(bytes.join(), /persimmon/);
  t.match(bytes.join(), 'An apple for Lou.');
  const again = await start(t, { dataDir });
  t.equal((await again.json('/api/mails')).total, 1);
});
