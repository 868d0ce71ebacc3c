import Handlebars, { type HelperDelegate } from 'handlebars';

const { escapeExpression, SafeString } = Handlebars;
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** What the mailbox pages need beyond Handlebars' own helpers. */
export const helpers: Readonly<Record<string, HelperDelegate>> = {
  eq: (left: unknown, right: unknown) => left === right,
  join: (list: readonly string[]) => list.join(', '),
  opening: (text: string) => text.slice(0, 160).replace(/\s+/g, ' '),
  /** UTC, to the second: a list in which seconds matter. */
  when: (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)}`,
  bytes: (size: number) => (size < 10_000 ? `${size} B` : `${Math.round(size / 1024)} kB`),
  linked: (text: string) => new SafeString(linked(text)),
};

/** Text as HTML in which web addresses are links. */
function linked(text: string): string {
  let html = '';
  let end = 0;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    const escaped = escapeExpression(link);
    html += `${escapeExpression(text.slice(end, index))}<a href="${escaped}" rel="noreferrer">${escaped}</a>`;
    end = index + link.length;
  }
  return html + escapeExpression(text.slice(end));
}
