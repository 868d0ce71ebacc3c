// The page with a picture of every page.
import { PAGES, type Site } from '../screenshots/pages.ts';
import { SHOTS } from '../screenshots/shots.ts';

const SITES: Readonly<Record<Site, string>> = {
  customer: 'For customers',
  backoffice: 'The back office',
  console: "The operators' console",
  analysts: "The analysts' site",
  mailbox: 'The embedded mailbox',
  traces: 'The embedded trace page',
  broker: 'The embedded broker',
};

const INTRODUCTION = `# Every page

One morning at the desk, Thursday, 12 November 2026, and the weeks before it. \`npm run screenshots\` starts the product, lets the
story happen and takes again what has changed; \`npm run check\` says when that is due. Long pages are cut off. All of them are light and dark
and fit a phone, which a test holds; here a few show it.`;

/** As Markdown; pictures are named from the folder of the page. */
export function screenshotsPage(): string {
  const parts = Object.entries(SITES).flatMap(([site, title]) => [
    `## ${title}`,
    ...PAGES.filter((page) => page.site === site).flatMap(({ name, sentence }) => [
      sentence,
      ...SHOTS.filter(({ page }) => page.name === name).map(({ file, frame }) => {
        const width = frame.screen === 'phone' ? 300 : 800;
        return `<img src="screenshots/${file}" width="${width}" alt="${sentence.replaceAll('"', '&quot;')}">`;
      }),
    ]),
  ]);
  return `${[INTRODUCTION, ...parts].join('\n\n')}\n`;
}
