// `npm run screenshots [FOLDER]`: writes each page of each site as a picture, in both themes, as on a phone and on a wide
// screen, so that people can look at them. Needs Chromium (CHROMIUM says where it is).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { noBrowser, openBrowser } from '../embedded/shared/testing/browser.ts';
import { startWholeSystem } from '../system-tests/testing/whole-system.ts';
import { fillWithSamples } from './fill-with-samples.ts';
import { type Shot, shotsOf } from './shots.ts';
import { signIn } from './sign-in.ts';

const SCREENS = { phone: { width: 390, height: 844 }, wide: { width: 1280, height: 900 } } as const;
const THEMES = ['light', 'dark'] as const;

const missing = noBrowser();
if (missing !== false) {
  console.error(`Screenshots need a browser: ${missing}.`);
  process.exit(1);
}
const folder = process.argv[2] ?? 'screenshots';
const whole = await startWholeSystem();
let browser: Browser | undefined;
try {
  const { urls } = whole.system;
  const shots = shotsOf(urls, await fillWithSamples(urls));
  await mkdir(folder, { recursive: true });
  browser = await openBrowser();
  for (const colorScheme of THEMES) {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await signIn(page, urls.backoffice);
    for (const shot of shots) {
      for (const [screen, viewport] of Object.entries(SCREENS)) {
        await page.setViewportSize(viewport);
        await page.goto(shot.url);
        await page.screenshot({ path: join(folder, fileName(shot, screen, colorScheme)), fullPage: true });
      }
    }
    await context.close();
  }
  console.log(`${shots.length * THEMES.length * 2} pictures are in ${folder}.`);
} finally {
  await browser?.close();
  await whole.end();
}

function fileName({ name }: Shot, screen: string, theme: string): string {
  return `${name}-${screen}-${theme}.png`;
}
