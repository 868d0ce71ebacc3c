// Finds on a page of the console what an operator would look for.
import type { Page } from './visitor.ts';

/** The row of a table that begins with a name, as it can be read. */
export function rowOf(page: Page, name: string): string | undefined {
  return page.document
    .querySelectorAll('tbody tr')
    .map((row) => row.textContent.replace(/\s+/g, ' ').trim())
    .find((text) => text.startsWith(name));
}

/** Where the first link of this text leads; where there is none, to a page that there is not. */
export function linkOn(page: Page, text: string): string {
  return (
    page.document
      .querySelectorAll('main a')
      .find((link) => link.textContent.trim() === text)
      ?.getAttribute('href') ?? `/no-link-${text}`
  );
}

/** How many causes a message of this type stands under in the tree of a conversation. */
export function depthOf(page: Page, type: string): number {
  const line = page.document
    .querySelectorAll('.branch')
    .find((branch) => branch.querySelector('.cause a')?.textContent === type);
  let depth = 0;
  for (let each = line?.parentNode; each; each = each.parentNode)
    if (each.classList?.contains('branch') === true) depth += 1;
  return depth;
}
