import t from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../shared/testing/browser.ts';
import { startBrokerNode } from '../node.ts';
import { collect, fill, openChannel } from '../testing/broker-under-test.ts';

t.test('the page shows what is there, takes nothing, and escapes what others wrote', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const page = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${node.ports.brokerPage}${path}`);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const channel = await openChannel(t, { url: `amqp://127.0.0.1:${node.ports.broker}` });
  const odd = '<b>odd</b>/queue?&';
  await channel.assertQueue(odd);
  await channel.assertExchange('news', 'topic');
  await channel.bindQueue(odd, 'news', 'sports.#');
  channel.publish('news', 'sports.chess', Buffer.from('<script>alert(1)</script>'), {
    messageId: 'message-1',
    headers: { '<i>': 1 },
  });
  channel.publish('news', 'sports.chess', Buffer.from([0xff, 0xfe, 0x00]), { messageId: 'message-2' });
  channel.publish('news', 'sports.chess', Buffer.alloc(5_000, 'ä'), { messageId: 'message-3' });
  await channel.waitForConfirms();
  const overview = await page('/');
  t.equal(overview.status, 200);
  t.match(overview.headers.get('content-security-policy'), /script-src 'self'/);
  t.match(overview.text, /3 messages wait, 0 are with consumers/);
  t.match(overview.text, /1 in all/);
  t.match((await page('/?name=ODD&sort=ready')).text, /1 found/);
  t.match((await page('/?name=none')).text, /No queue has “none” in its name/);
  t.match(overview.text, /amqplib/);
  const path = `/queues/${encodeURIComponent(odd)}`;
  t.ok(overview.text.includes(path.replaceAll('&', '&amp;')), 'the overview leads to the queue');
  const queue = await page(path);
  t.equal(queue.status, 200);
  t.match(queue.text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  t.match(queue.text, /<pre tabindex="0">fffe00<\/pre>/);
  t.match(queue.text, /5000 bytes, as text, cut/);
  t.match(queue.text, /from news by <code>sports\.#<\/code>/);
  t.same(queue.text.match(/message-\d/g), ['message-1', 'message-2', 'message-3']);
  for (const { text } of [overview, queue]) t.notMatch(text, /<script>alert|<b>odd|<i>/);
  t.same(await channel.checkQueue(odd), { queue: odd, messageCount: 3, consumerCount: 0 });
  await collect(channel, odd, { consumerTag: 'reader' });
  t.match((await page(path)).text, /reader/);
  t.match((await page('/exchanges/news')).text, /<code>sports\.#<\/code>/);
  t.equal((await page('/queues/none')).status, 404);
  t.equal((await page('/exchanges/none')).status, 404);
});

t.test(
  'the page follows what happens, keeps its place, and is for everyone',
  { skip: noBrowser() },
  async (t) => {
    const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
    t.teardown(() => node.close());
    const channel = await openChannel(t, { url: `amqp://127.0.0.1:${node.ports.broker}` });
    for (let index = 100; index < 220; index++) await channel.assertQueue(`queue-${index}`);
    const browser = await openBrowser();
    t.teardown(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${node.ports.brokerPage}/?name=queue-1&sort=ready`);
    t.match(await page.textContent('#queues'), /100 found[\s\S]*Page 1 of 2/);
    await page.click('#queues a[rel=next]');
    t.match(new URL(page.url()).search, '?name=queue-1&sort=ready&queues=2');
    await fill(channel, 'queue-199', ['one', 'two']);
    const rowOf = (name: string) => page.textContent(`#queues tr:has-text("${name}")`).catch(() => null);
    await page.goto(`http://127.0.0.1:${node.ports.brokerPage}/?name=queue-19&sort=ready`);
    await page.waitForSelector('#queues tbody tr:first-child:has-text("queue-199")');
    await fill(channel, 'queue-198', ['1', '2', '3']);
    await page.waitForSelector('#queues tbody tr:first-child:has-text("queue-198")');
    t.match(await rowOf('queue-198'), /queue-198\s+3\s+0/);
    t.same(await findBarriers(page), []);
    await page.goto(`http://127.0.0.1:${node.ports.brokerPage}/queues/queue-198`);
    await collect(channel, 'queue-198', { consumerTag: 'reader' });
    await page.waitForSelector('#consumers :text("reader")');
    t.match(await page.textContent('#messages'), /No message waits/);
    t.same(await findBarriers(page), []);
  },
);
