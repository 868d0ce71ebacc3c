// Every page that there are pictures of, of every site, in both themes: nothing stands in the way of those who see or point
// badly, and nothing is wider than a phone.
import type { Browser } from 'playwright-core';
import t from 'tap';
import { findBarriers, noBrowser, openBrowser } from '../../embedded/shared/testing/browser.ts';
import { openPage, PAGES } from '../../screenshots/pages.ts';
import { castOf, tellStory } from '../../screenshots/story.ts';
import { viewersIn } from '../../screenshots/viewers.ts';
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
  whole = await startWholeSystem({ DESKSTREAM_FAIL_FIRST_MAIL: 'false' });
  const { urls } = whole.system;
  const samples = await tellStory(urls, castOf(urls), async () => {});
  browser = await openBrowser();
  const pageOf = viewersIn(browser, urls.backoffice, { viewport: PHONE });
  for (const shown of PAGES) {
    const page = await pageOf(shown.as);
    await openPage(page, urls, shown, samples);
    t.notOk(await page.evaluate(IS_WIDER), `${shown.name} fits`);
    t.strictSame(await findBarriers(page), [], shown.name);
  }
});
