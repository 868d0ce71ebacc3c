// The operators' pages about failed messages in a real browser: from the list to what became of a replay.
import type { Browser, Page } from 'playwright-core';
import t from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../embedded/shared/testing/browser.ts';
import { failingGroup, newestOf, recoveryOf, seedFailures, untilCount } from '../testing/failing-group.ts';
import { openConsole } from '../testing/open-console.ts';
import { consume, testGroup } from '../testing/test-group.ts';
import { openTestStore } from '../testing/test-store.ts';

const PHONE = { width: 360, height: 740 };
const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

t.test('operators in a browser', { skip: noBrowser() }, async (t) => {
  let browser: Browser | undefined;
  const store = await openTestStore(t);
  const failing = failingGroup(t, store, { order: 'by-stream' });
  await failing.park(3);
  const quiet = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, quiet, 40);
  const { url, list, pageOf } = await openConsole(t, store, failing.group, quiet);
  browser = await openBrowser();
  t.teardown(async () => browser?.close());
  const problems: string[] = [];
  const openPage = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const page = await (browser ?? (await openBrowser())).newPage({ baseURL: url, ...options });
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    return page;
  };
  const [failed] = newestOf(failing.recovery, 'waiting', 1);
  const message = pageOf(failed?.eventId ?? '');

  await t.test('nothing stands in the way of those who see or point badly', async (t) => {
    const paths = [
      '/failed',
      list,
      `${list}&text=refused`,
      '/failed?text=nothing',
      message,
      `${message}/edit`,
    ];
    const confirms = ['/failed/replay', '/failed/discard', '/replays'];
    const page = await openPage();
    const [wide, phone] = [page.viewportSize() ?? PHONE, PHONE];
    for (const path of [...paths, ...confirms]) {
      await page.setViewportSize(wide);
      await page.goto(path);
      t.strictSame(await findBarriers(page), [], path);
      await page.setViewportSize(phone);
      t.equal(await page.evaluate(isWider), false, `${path} on a phone`);
    }
    await page.close();
  });

  await t.test('what is ticked is replayed, and the open pages follow', async (t) => {
    const watching = await openPage();
    await watching.goto('/failed');
    const page = await openPage();
    await page.goto(list);
    const boxes = page.getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    failing.failWhile(({ origin }) => origin.eventId === failed?.eventId);
    await page.getByRole('button', { name: 'Replay what is ticked' }).click();
    await page.getByRole('heading', { name: 'Replay 2 messages?' }).waitFor();
    await page.getByRole('button', { name: 'Replay 2' }).click();
    await page.getByText('It has ended.').waitFor();
    const facts = await page.locator('dl.facts dd').allTextContents();
    t.strictSame(facts, ['1', '1', '0', '0', '2 of 2']);
    t.strictSame(await findBarriers(page), []);
    await watching.getByRole('link', { name: 'Recovered 1' }).waitFor();
    await page.getByRole('link', { name: 'IssueClosed' }).click();
    await page.getByRole('heading', { name: 'IssueClosed Failed again' }).waitFor();
    failing.failWhile(() => false);
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByText('it is recovered').waitFor();
    await page.close();
    await watching.close();
  });

  await t.test('a long replay is followed to its end', async (t) => {
    const page = await openPage();
    await page.goto(`/failed?group=${quiet.declaration.name}`);
    await page.getByRole('button', { name: 'Replay all 40…' }).click();
    await page.getByRole('button', { name: 'Replay 40' }).click();
    await page.getByText('It goes on; this page follows it.').waitFor();
    consume(t, store, quiet);
    await page.getByText('It has ended.').waitFor();
    await untilCount(recoveryOf(store, quiet), 'recovered', 40);
    await page.close();
    t.strictSame(problems, []);
  });
});
