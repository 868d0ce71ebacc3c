// Every page that there are pictures of, of every site, in both themes: nothing stands in the way of those who see or point
// badly, and nothing is wider than a phone.
import type { Browser } from 'playwright-core';
import t from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../embedded/shared/testing/browser.ts';
import { fillWithSamples } from '../../screenshots/fill-with-samples.ts';
import { shotsOf } from '../../screenshots/shots.ts';
import { signIn } from '../../screenshots/sign-in.ts';
import { startWholeSystem, type WholeSystem } from '../testing/whole-system.ts';

const PHONE = { width: 360, height: 740 };
const IS_WIDER = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

t.test('every page', { skip: noBrowser() }, async (t) => {
  let whole: WholeSystem | undefined;
  let browser: Browser | undefined;
  t.teardown(async () => {
    await browser?.close();
    await whole?.end();
  });
  whole = await startWholeSystem();
  const { urls } = whole.system;
  const shots = shotsOf(urls, await fillWithSamples(urls));
  browser = await openBrowser();
  const page = await browser.newPage({ viewport: PHONE });
  await signIn(page, urls.backoffice);
  for (const { name, url } of shots) {
    await page.goto(url);
    const found = { barriers: await findBarriers(page), wider: await page.evaluate(IS_WIDER) };
    t.strictSame(found, { barriers: [], wider: false }, name);
  }
});
