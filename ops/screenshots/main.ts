// `npm run screenshots`: takes the pictures of the documentation anew whose pages have changed; `-- --all` takes all of them,
// `-- NAME …` those of pages, `-- --every FOLDER` each page in both themes and sizes, to look them over. Needs Chromium
// (CHROMIUM says where it is).
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { noBrowser, openBrowser } from '../embedded/shared/testing/browser.ts';
import { startWholeSystem, type WholeSystem } from '../system-tests/testing/whole-system.ts';
import { ALBUM, noteTaken, oldShots } from './album.ts';
import { tellEarlier } from './earlier-issues.ts';
import { EVERY_SHOT, SHOTS } from './shots.ts';
import { castOf, NOW, tellStory } from './story.ts';
import { createStoryClock } from './story-clock.ts';
import { takeShots } from './take-shots.ts';

const missing = noBrowser();
if (missing !== false) {
  console.error(`Screenshots need a browser: ${missing}.`);
  process.exit(1);
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, every: { type: 'string' } },
});
const folder = values.every ?? ALBUM;
const shots = await wanted();
if (shots.length === 0) console.log('No page has changed since its picture was taken.');
else await take();

async function wanted() {
  if (values.every !== undefined) return EVERY_SHOT;
  if (values.all) return SHOTS;
  if (positionals.length === 0) return oldShots();
  return SHOTS.filter(({ page }) => positionals.some((name) => page.name.startsWith(name)));
}

async function take(): Promise<void> {
  const begun = performance.now();
  const work = await mkdtemp(join(tmpdir(), 'deskstream-screenshots-'));
  let whole: WholeSystem | undefined;
  let browser: Browser | undefined;
  try {
    const clock = await createStoryClock(work, new Date('2026-10-26T08:00Z'));
    whole = await startWholeSystem({ ...clock.env, DESKSTREAM_FAIL_FIRST_MAIL: 'false' });
    const { urls } = whole.system;
    const moveTo = (moment: string) => clock.moveTo(new Date(`${moment}Z`));
    const cast = castOf(urls);
    await tellEarlier(cast, moveTo);
    const samples = await tellStory(urls, cast, moveTo);
    await mkdir(folder, { recursive: true });
    browser = await openBrowser();
    const pictures = takeShots(browser, urls, samples, shots, () => moveTo(NOW));
    for await (const { shot, webp } of pictures) await writeFile(join(folder, shot.file), webp);
    if (folder === ALBUM) await noteTaken(shots);
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`${shots.length} pictures are in ${folder}, taken in ${seconds} s.`);
  } finally {
    await browser?.close();
    await whole?.end();
    await rm(work, { recursive: true, force: true });
  }
}
