import type { Browser } from 'playwright-core';
import type { SystemUrls } from '../start/plan.ts';
import { openPage } from './pages.ts';
import { createCamera, type Instead, OF_THIS_MACHINE } from './picture.ts';
import { SCREENS, type Shot } from './shots.ts';
import type { Samples } from './story.ts';
import { usualPorts } from './usual-ports.ts';
import { viewersIn } from './viewers.ts';

/** Takes pictures one after the other. */
export async function* takeShots(
  browser: Browser,
  urls: SystemUrls,
  samples: Samples,
  shots: readonly Shot[],
  beforeEach: () => Promise<void>,
): AsyncGenerator<{ readonly shot: Shot; readonly webp: Buffer }> {
  const instead: readonly Instead[] = [...usualPorts(urls), ...OF_THIS_MACHINE];
  const camera = await createCamera(browser, instead);
  for (const screen of ['desk', 'phone'] as const) {
    const { width, height, tallest, scale } = SCREENS[screen];
    const pageOf = viewersIn(browser, urls.backoffice, {
      viewport: { width, height },
      deviceScaleFactor: scale,
      timezoneId: 'UTC',
      locale: 'en-GB',
    });
    for (const shot of shots.filter(({ frame }) => frame.screen === screen)) {
      await beforeEach();
      const page = await pageOf(shot.page.as);
      await page.emulateMedia({ colorScheme: shot.frame.theme });
      await openPage(page, urls, shot.page, samples);
      yield { shot, webp: await camera(page, tallest) };
    }
  }
}
