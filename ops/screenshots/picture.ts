// Takes a picture of what a browser shows, without what differs from one time and machine to the next.
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** A text that differs, and what stands in the pictures in its place. */
export type Instead = readonly [text: string, shown: string];

/** What tells where the pictures were taken. */
export const OF_THIS_MACHINE: readonly Instead[] = [
  [process.cwd(), '/deskstream'],
  [hostname(), 'desk-1'],
];

/** From 0 to 1: text is still sharp, and a picture has some 30 kB. */
const QUALITY = 0.7;

/** Takes the top of a page, as WebP. @param tallest in CSS pixels. */
export type Camera = (page: Page, tallest: number) => Promise<Buffer>;

export async function createCamera(browser: Browser, instead: readonly Instead[]): Promise<Camera> {
  const script = await readFile(join(import.meta.dirname, 'in-browser.js'), 'utf8');
  const darkroom = await browser.newPage();
  await darkroom.evaluate(script);
  return async (page, tallest) => {
    await page.evaluate(script);
    const full: number = await page.evaluate(`camera.makeSteady(${JSON.stringify(instead)})`);
    const width = page.viewportSize()?.width ?? 0;
    const clip = { x: 0, y: 0, width, height: Math.min(full, tallest) };
    const png = await page.screenshot({ fullPage: true, clip, animations: 'disabled', caret: 'hide' });
    const webp: string = await darkroom.evaluate(`camera.toWebp("${png.toString('base64')}", ${QUALITY})`);
    return Buffer.from(webp, 'base64');
  };
}
