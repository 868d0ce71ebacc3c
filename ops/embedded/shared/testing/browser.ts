import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Of everything that is waited for: far more than it takes, on a machine that is busy with other work, too. */
const LIMIT_MS = 90_000;

/** For tests: why there can be none in a browser here, or false. Where CI is set they are never skipped. */
export function noBrowser(): string | false {
  if (existsSync(CHROMIUM) || process.env.CI) return false;
  return `there is no Chromium at ${CHROMIUM}; set CHROMIUM to where it is`;
}

export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET, timeout: LIMIT_MS });
  browser.on('context', (context) => context.setDefaultTimeout(LIMIT_MS));
  return browser;
}

/** What of axe's rules depends on colours, and so on the theme. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds wrong with a page that is serious or worse, as sentences: in the light theme, and with the colours of the
 * dark one, which is all that they differ in. Frames are left out.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  const found = (theme: string, options: object): Promise<string[]> =>
    page.evaluate(`for (const change of document.getAnimations()) if (change instanceof CSSTransition) change.finish();
      axe.run(document, ${JSON.stringify({ iframes: false, ...options })}).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => '${theme}: ' + id + ': ' + nodes[0].html))`);
  await page.evaluate(`${axe};undefined`);
  const light = await found('light', {});
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await found('dark', { runOnly: COLOURS });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark];
}
