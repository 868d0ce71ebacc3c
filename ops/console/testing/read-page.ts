import type { Page } from '../../system-tests/testing/visitor.ts';

/** The ids of the messages in a list. */
export const messagesOn = (page: Page) =>
  page.document.querySelectorAll('tbody tr').map((row) => row.querySelector('code')?.textContent);

/** The facts of a page, by their names. */
export const factsOn = (page: Page) =>
  Object.fromEntries(
    page.document
      .querySelectorAll('dl.facts dt')
      .map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  );

/** The cells of a table, row by row. */
export const rowsOn = (page: Page) =>
  page.document
    .querySelectorAll('tbody tr')
    .map((row) => row.querySelectorAll('td').map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));
