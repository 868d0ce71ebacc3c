import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport } from 'nodemailer';
import t from 'tap';
import { portOf } from '../shared/port-of.ts';
import { startNodeProcess } from '../shared/testing/node-process.ts';
import { startMailNode } from './node.ts';
import { form, post, replyCode, send, start } from './testing/start-mailbox.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

t.test('SMTP can be told to fail, refuse and delay', async (t) => {
  const { smtp, json, page, url } = await start(t);
  const code = () => replyCode(send(smtp, { subject: 'x' }));
  t.strictSame(await json('/api/behaviour', post({ mode: 'fail' })), { mode: 'fail' });
  t.equal(await code(), 451);
  t.match(await page('/'), /451, try again later/);

  const set = await fetch(`${url}/behaviour`, form({ mode: 'refuse', delayMs: '1000' }));
  t.equal(set.status, 303);
  t.equal(await code(), 554);

  await json('/api/behaviour', post({ mode: 'delay', delayMs: 300 }));
  const began = performance.now();
  t.equal(await code(), 250);
  t.ok(performance.now() - began >= 295, 'the answer came late');

  await json('/api/behaviour', post({ mode: 'accept' }));
  t.equal(await code(), 250);
  t.equal((await json('/api/mails')).total, 2, 'what was not accepted is not kept');

  const wrong = await fetch(`${url}/api/behaviour`, post({ mode: 'explode' }));
  t.equal(wrong.status, 400);
  t.strictSame(await wrong.json(), { error: 'The mode must be one of: accept, fail, refuse, delay.' });
  t.strictSame(await json('/api/behaviour'), { mode: 'accept' });
});

t.test('limits: a mail that is too large is refused, and the oldest make room', async (t) => {
  const { smtp, json } = await start(t, { maxMailBytes: 20_000, keepMails: 2 });
  const big = send(smtp, { subject: 'big', text: 'word '.repeat(10_000) });
  t.equal(await replyCode(big), 552);
  for (const subject of ['one', 'two', 'three']) await send(smtp, { subject });
  const { mails, total } = await json('/api/mails');
  t.strictSame([mails.map(({ subject }) => subject), total], [['three', 'two'], 2]);
});

t.test('what SMTP does not offer it refuses, and a mail of nothing is a mail', async (t) => {
  const { smtp, smtpPort, page } = await start(t);
  const socket = connect(smtpPort, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  t.match((await replies.next()).value, /^220 /);
  socket.write('AUTH PLAIN AGEAYg==\r\n');
  t.match((await replies.next()).value, /^50[02] /);
  await smtp.sendMail({ envelope: { from: '', to: ['anna@example.com'] }, raw: '' });
  t.match(await page('/'), /\(no subject\)/);
  t.match(await page('/mails/1'), /Delivered to<\/dt><dd>anna@example.com/);
});

t.test('a mail that can never be read is refused for good', async (t) => {
  const { smtp, json } = await start(t);
  const raw = `Subject: ${'x'.repeat(1_100_000)}\r\n\r\nHello`;
  t.equal(await replyCode(smtp.sendMail({ envelope: { from: '', to: ['anna@example.com'] }, raw })), 554);
  t.equal((await json('/api/mails')).total, 0);
});

t.test('killed with kill -9 in the midst of mail, it has every mail that it accepted', async (t) => {
  const dataDir = t.testdir();
  const node = await startNodeProcess(new URL('./node.js', import.meta.url), 'startMailNode', {
    dataDir,
    port: 0,
    pagePort: 0,
  });
  t.teardown(node.kill);
  const pool = createTransport({ host: '127.0.0.1', port: node.ports.smtp, pool: true, maxConnections: 8 });
  const accepted: string[] = [];
  const sending = Promise.allSettled(
    Array.from({ length: 2000 }, async (_, i) => {
      const messageId = `<${i}@crash>`;
      await send(pool, { subject: 'x', text: 'word '.repeat(400), messageId });
      accepted.push(messageId);
      if (accepted.length === 300) void node.kill();
    }),
  );
  await node.ended;
  pool.close();
  await sending;
  t.ok(accepted.length >= 300 && accepted.length < 2000, 'it was killed while mails were on their way');

  const { json, smtp } = await start(t, { dataDir });
  const { mails, total } = await json('/api/mails?limit=1000');
  const kept = new Set(mails.map(({ messageId }) => messageId));
  t.strictSame(
    accepted.filter((id) => !kept.has(id)),
    [],
    'nothing accepted is missing',
  );
  t.equal(kept.size, total, 'and nothing is there twice');
  await send(smtp, { subject: 'after the crash' });
  t.equal((await json('/api/mails')).mails[0]?.subject, 'after the crash');
});

t.test('parameters that it does not know are refused, not passed over', async (t) => {
  const { smtpPort } = await start(t);
  const socket = connect(smtpPort, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const reply = async (): Promise<string> => {
    const { value } = await lines.next();
    return /^\d{3} /.test(String(value)) ? String(value) : reply();
  };
  await reply();
  const replies: string[] = [];
  for (const command of [
    'EHLO tests',
    'MAIL FROM:<desk@example.com> RET=HDRS',
    'MAIL FROM:<desk@example.com> SIZE=1000 BODY=8BITMIME SMTPUTF8',
    'RCPT TO:<anna@example.com> NOTIFY=NEVER',
    'RCPT TO:<anna@example.com>',
  ]) {
    socket.write(`${command}\r\n`);
    replies.push(await reply());
  }
  t.strictSame(
    replies.map((line) => line.slice(0, 3)),
    ['250', '555', '250', '555', '250'],
  );
  t.match(replies[1], /The parameter RET is not known to this mailbox/);
});

t.test('a port that is taken is an error, and nothing is left behind', async (t) => {
  const { smtpPort } = await start(t);
  const dataDir = join(t.testdirName, 'another');
  const pagePort = await freePort();
  const starting = startMailNode({ dataDir, port: smtpPort, pagePort });
  t.equal(await starting.catch(({ code }: NodeJS.ErrnoException) => code), 'EADDRINUSE');
  const node = await startMailNode({ dataDir, port: 0, pagePort });
  t.equal(node.ports.mailPage, pagePort, 'the port of the page is free again');
  await node.close();
});

t.test('closing waits for no idle client', async (t) => {
  const { smtp, close } = await start(t);
  await send(smtp, { subject: 'x' });
  const began = performance.now();
  await close();
  t.ok(performance.now() - began < 1000);
});
