import { createTransport } from 'nodemailer';
import type { Browser } from 'playwright-core';
import t, { type Test } from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../shared/testing/browser.ts';
import { startMailNode } from '../node.ts';

const skip = noBrowser();
let browser: Browser;
t.before(async () => {
  if (!skip) browser = await openBrowser();
});
t.teardown(() => browser?.close());

async function start(t: Test) {
  const node = await startMailNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  const smtp = createTransport({ host: '127.0.0.1', port: node.ports.smtp, pool: true, maxConnections: 1 });
  t.teardown(async () => {
    smtp.close();
    await node.close();
  });
  const send = (mail: Record<string, unknown>) =>
    smtp.sendMail({ from: 'Help Desk <desk@example.com>', to: 'anna@example.com', text: 'Hello', ...mail });
  return { send, url: `http://127.0.0.1:${node.ports.mailPage}` };
}

t.test('a list that is looked at shows new mail by itself', { skip }, async (t) => {
  const { send, url } = await start(t);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url);
  t.equal(await page.locator('.empty strong').innerText(), 'No mail yet.');
  await send({ subject: 'First' });
  await page.getByRole('link', { name: 'First' }).waitFor();
  await send({ subject: 'Second' });
  await page.getByRole('link', { name: 'Second' }).waitFor();
  t.strictSame(await page.locator('.list .subject a').allInnerTexts(), ['Second', 'First']);
  t.strictSame(complaints, [], 'the policy of the page stops nothing that the page needs');
});

t.test('the HTML of a mail is shown in a frame that can do nothing', { skip }, async (t) => {
  const { send, url } = await start(t);
  const script = 'document.body.textContent = parent.document.title = "taken over"';
  await send({
    subject: 'Hostile',
    html: `<p>Your issue</p><a href="${url}/?q=followed">Follow</a>
      <img src=x onerror='${script}'><script>${script}</script><meta http-equiv="refresh" content="0;url=${url}/">`,
  });
  const page = await browser.newPage();
  await page.goto(`${url}/mails/1?view=html`);
  const frame = page.frameLocator('iframe.html');
  const [opened] = await Promise.all([page.waitForEvent('popup'), frame.getByRole('link').click()]);
  await opened.waitForLoadState();
  t.equal(new URL(opened.url()).search, '?q=followed', 'a link opens in a tab of its own');
  t.equal(await frame.locator('p').innerText(), 'Your issue');
  t.equal(await page.title(), 'Hostile · Mailbox');
});

t.test('everything can be done without JavaScript', { skip }, async (t) => {
  const { send, url } = await start(t);
  for (const subject of ['Printer', 'Mouse', 'Keyboard']) await send({ subject });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const subjects = () => page.locator('.list .subject a').allInnerTexts();
  await page.goto(url);
  await page.getByLabel('Subject').fill('mouse');
  await page.getByRole('button', { name: 'Search' }).click();
  t.strictSame(await subjects(), ['Mouse']);
  t.match(page.url(), 'subject=mouse');
  t.equal(await page.getByLabel('Subject').inputValue(), 'mouse');
  await page.getByRole('link', { name: 'Mouse' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  t.strictSame(await subjects(), ['Keyboard', 'Printer']);

  await page.getByText('What SMTP does with the next mails').click();
  await page.getByLabel('Mode').selectOption('fail');
  await page.getByRole('button', { name: 'Set' }).click();
  t.match(await page.getByRole('status').innerText(), /451, try again later/);
  await t.rejects(send({ subject: 'not taken' }));

  await page.getByText('Delete all mail').first().click();
  await page.getByRole('button', { name: 'Delete all mail' }).click();
  t.equal(await page.locator('.empty strong').innerText(), 'No mail yet.');
});

t.test('nobody is kept out of the pages', { skip }, async (t) => {
  const { send, url } = await start(t);
  await send({ subject: 'One', messageId: '<1@x>', html: '<p>One</p>' });
  await send({ subject: 'Two', inReplyTo: '<1@x>' });
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  for (const path of ['/', '/?q=nothing', '/mails/1', '/mails/1?view=html', '/mails/1?view=source', '/no']) {
    await page.goto(url + path);
    t.strictSame(await findBarriers(page), [], path);
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, `${path} fits a phone`);
  }
});
