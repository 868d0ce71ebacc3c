// A browser costs seconds of processor time to start, so the test files of one process share it, as they share their system.
import type { Browser } from 'playwright-core';
import t from 'tap';
import { openBrowser } from '../../embedded/shared/testing/browser.ts';

/** Module state on purpose, as in `sharedSystem`. */
let shared: Promise<Browser> | undefined;

/** The browser of this process, started by whoever asks first. It ends with the last test; its pages with the test that asks. */
export async function sharedBrowser(test: { teardown(undo: () => Promise<void>): void }): Promise<Browser> {
  shared ??= start();
  const browser = await shared;
  test.teardown(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  return browser;
}

async function start(): Promise<Browser> {
  const browser = await openBrowser();
  t.teardown(() => browser.close());
  return browser;
}
