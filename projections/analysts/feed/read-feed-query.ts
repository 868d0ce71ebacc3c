// What somebody wants of the event feed, as it stands in the URL.
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { categoryOf } from '../../../shared-contracts/messages/names.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';

/** Streams that analysts may follow; accounts and keys are not among them. */
const FEED_CATEGORIES = {
  issue: categoryOf.issue,
  ticket: categoryOf.ticket,
  failures: categoryOf.failures,
} as const;

export type FeedQuery = {
  /** Events behind this position; undefined for the beginning. */
  readonly after: FeedPosition | undefined;
  /** Prefixes of the streams. */
  readonly categories: readonly string[];
  readonly type: string | undefined;
  /** When events were appended: from the first moment on, and before the second. */
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  readonly follow: boolean;
  readonly personal: boolean;
};

export type FeedPosition = { readonly commit: bigint; readonly prepare: bigint };

const PARAMETERS = ['after', 'category', 'type', 'since', 'until', 'follow', 'personal'] as const;
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/** @throws PageError 400 for a parameter that does not exist or is not what it must be. */
export function readFeedQuery(query: Readonly<Record<string, unknown>>): FeedQuery {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!PARAMETERS.some((known) => known === name))
      throw new PageError(400, `There is no parameter “${name}”.`);
    if (typeof value !== 'string') throw new PageError(400, `“${name}” can be given once only.`);
    if (value !== '') values.set(name, value);
  }
  const flag = (name: string) => {
    const value = values.get(name);
    if (value === undefined || value === 'no') return false;
    if (value === 'yes') return true;
    throw new PageError(400, `“${name}” must be yes or no.`);
  };
  const moment = (name: string) => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const at = new Date(value);
    if (INSTANT.test(value) && !Number.isNaN(at.getTime())) return at;
    throw new PageError(400, `“${name}” must be a moment in UTC, written like 2026-11-23T10:15:00Z.`);
  };
  const type = values.get('type');
  if (type !== undefined && !CATALOGUE.has(type))
    throw new PageError(400, `There is no event type “${type}”.`);
  return {
    after: positionOf(values.get('after')),
    categories: categoriesOf(values.get('category')),
    type,
    since: moment('since'),
    until: moment('until'),
    follow: flag('follow'),
    personal: flag('personal'),
  };
}

/** A position as text that the feed gives and takes. */
export function positionText({ commit, prepare }: FeedPosition): string {
  return `${commit}-${prepare}`;
}

function positionOf(text: string | undefined): FeedPosition | undefined {
  if (text === undefined) return undefined;
  const [, commit, prepare] = /^(\d{1,18})-(\d{1,18})$/.exec(text) ?? [];
  if (commit !== undefined && prepare !== undefined)
    return { commit: BigInt(commit), prepare: BigInt(prepare) };
  throw new PageError(400, '“after” must be a position that the feed has given.');
}

function categoriesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return Object.values(FEED_CATEGORIES);
  const found = Object.entries(FEED_CATEGORIES).find(([name]) => name === text);
  if (found !== undefined) return [found[1]];
  throw new PageError(400, `“category” must be one of ${Object.keys(FEED_CATEGORIES).join(', ')}.`);
}
