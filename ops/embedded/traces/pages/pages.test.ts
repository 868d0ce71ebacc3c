import type { Browser } from 'playwright-core';
import t, { type Test } from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../shared/testing/browser.ts';
import { startTracesNode } from '../node.ts';

const skip = noBrowser();
let browser: Browser;
t.before(async () => {
  if (!skip) browser = await openBrowser();
});
t.teardown(() => browser?.close());
const ID = '0af7651916cd43dd8448eb211c80319c';
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

async function start(t: Test) {
  const node = await startTracesNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(async () => {
    await node.close();
  });
  const send = (service: string, ...spans: unknown[]) =>
    fetch(`http://127.0.0.1:${node.ports.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [
          { resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ spans }] },
        ],
      }),
    });
  return { send, url: `http://127.0.0.1:${node.ports.tracesPage}` };
}

function span(spanId: number, parent: number, name: string, fromMs: number, toMs: number, more = {}) {
  const time = (ms: number) => `${1_767_323_045_000 + ms}000000`;
  return {
    traceId: ID,
    spanId: String(spanId).padStart(16, '0'),
    ...(parent ? { parentSpanId: String(parent).padStart(16, '0') } : {}),
    name,
    startTimeUnixNano: time(fromMs),
    endTimeUnixNano: time(toMs),
    ...more,
  };
}

const report = span(1, 0, 'POST /issues', 0, 100, { attributes: [text('deskstream.correlation_id', 'c-1')] });
const failed = span(3, 2, 'process customer.notifications', 100, 400, {
  status: { code: 2, message: 'parked' },
  events: [
    {
      name: 'exception',
      timeUnixNano: '1767323045300000000',
      attributes: [
        text('exception.message', 'the mail server said no'),
        text('exception.stacktrace', 'Error: the mail server said no\n    at send (mail.js:1:1)'),
      ],
    },
  ],
});
const late = span(2, 1, 'append issue-{id}', 20, 92);

t.test('a trace grows while it is looked at, and what was unfolded stays so', { skip }, async (t) => {
  const { send, url } = await start(t);
  const page = await browser.newPage();
  await page.goto(url);
  t.equal(await page.locator('.empty strong').innerText(), 'No trace yet.');
  await send('customer', report, failed);
  await page.getByRole('link', { name: 'POST /issues' }).click();
  t.equal(await page.locator('.missing').count(), 1);

  const row = page.locator('details.failed');
  t.notOk(await row.locator('.stack').isVisible(), 'details are folded');
  await row.locator('summary').click();
  t.match(await row.locator('.stack').innerText(), /at send \(mail\.js:1:1\)/);
  t.equal(await row.locator('.event p.error').innerText(), 'the mail server said no');
  await page.locator('h1').click();

  await send('customer', late);
  await page.getByText('append issue-{id}').waitFor();
  t.equal(await page.locator('.missing').count(), 0);
  t.strictSame(await page.locator('.span .label').allInnerTexts(), [
    'POST /issues',
    'append issue-{id}',
    'error process customer.notifications',
  ]);
  t.ok(await row.locator('.stack').isVisible(), 'still unfolded');
});

t.test('a replay leads to the attempt that failed, and says how often it was tried', { skip }, async (t) => {
  const { send, url } = await start(t);
  const retry = { name: 'retry', timeUnixNano: '1767323045500000000', attributes: [text('error.type', 'E')] };
  const replay = span(4, 2, 'process customer.notifications', 500, 600, {
    events: [retry, retry],
    links: [
      {
        traceId: ID,
        spanId: '3'.padStart(16, '0'),
        attributes: [text('deskstream.linked_as', 'failed attempt')],
      },
      { traceId: 'e'.repeat(32), spanId: '9'.repeat(16) },
    ],
  });
  await send('customer', report, late, failed, replay);
  const page = await browser.newPage();
  await page.goto(`${url}/traces/${ID}#s${'4'.padStart(16, '0')}`);
  const rows = page.locator('details.span');
  t.match(await rows.nth(3).locator('summary').innerText(), /tried again 2 × · linked/);
  const links = rows.nth(3).locator('section:last-child a');
  t.strictSame(await links.allInnerTexts(), [
    'process customer.notifications 0000000000000003',
    `9999999999999999 of ${'e'.repeat(32)}`,
  ]);
  t.notOk(await rows.nth(2).locator('.stack').isVisible());
  await links.first().click();
  t.match(await rows.nth(2).locator('.stack').innerText(), /at send/, 'what is linked to is unfolded');
});

t.test('bars stand where their time is', { skip }, async (t) => {
  const { send, url } = await start(t);
  await send('customer', report, late);
  await send('backoffice', failed);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/traces/${ID}`);
  const bars = await page.locator('rect.bar').all();
  const boxes = await Promise.all(bars.map((bar) => bar.boundingBox()));
  const tracks = await Promise.all(
    (await page.locator('.span svg').all()).map((track) => track.boundingBox()),
  );
  const shares = boxes.map((box, index) => {
    const track = tracks[index];
    if (!box || !track) return [];
    return [(box.x - track.x) / track.width, box.width / track.width].map((share) => Math.round(share * 100));
  });
  t.strictSame(shares, [
    [0, 25],
    [5, 18],
    [25, 75],
  ]);
});

t.test('traces are searched without JavaScript', { skip }, async (t) => {
  const { send, url } = await start(t);
  await send('customer', report, late);
  await send('backoffice', { ...failed, traceId: 'f'.repeat(32) });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const names = () => page.locator('.list .name a').allInnerTexts();
  await page.goto(url);
  t.strictSame(await names(), ['process customer.notifications', 'POST /issues']);
  await page.getByLabel('With errors').check();
  await page.getByLabel('Service').selectOption('backoffice');
  await page.getByLabel('Began after (UTC)').fill('2026-01-02T03:04:05');
  await page.getByRole('button', { name: 'Search' }).click();
  t.strictSame(await names(), ['process customer.notifications']);
  t.ok(await page.getByLabel('With errors').isChecked(), 'the search is still in the form');
  t.equal(await page.getByLabel('Service').inputValue(), 'backoffice');
  await page.getByLabel('Correlation id').fill('c-1');
  await page.getByRole('button', { name: 'Search' }).click();
  t.equal(await page.locator('.empty strong').innerText(), 'No trace matches.');
});

t.test('nobody is kept out of the pages', { skip }, async (t) => {
  const { send, url } = await start(t);
  await send('customer', report, failed);
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  for (const path of ['/', '/?operation=nothing', `/traces/${ID}`, '/traces/no']) {
    await page.goto(url + path);
    for (const row of await page.locator('details.span > summary').all()) await row.click();
    t.strictSame(await findBarriers(page), [], path);
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, `${path} fits a phone`);
  }
});
