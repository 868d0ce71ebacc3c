import type { HelperDelegate, HelperOptions } from 'handlebars';
import { numberText, plural } from '../plural.ts';
import { commandIdFor } from './double-submit.ts';
import type { PageLocals } from './locals.ts';
import { fieldParts, pagerParts, problemOf } from './partial-parts.ts';
import { linkWith } from './query.ts';
import type { TimeFormat, TimeStyle } from './time-format.ts';

type HelperTools = { readonly times: TimeFormat; readonly assetUrl: (name: string) => string };

/** The helpers that all templates share. Each gives plain text, which Handlebars escapes; none gives HTML. */
export function createHelpers({ times, assetUrl }: HelperTools): Record<string, HelperDelegate> {
  return {
    eq: (left: unknown, right: unknown) => left === right,
    number: (value: unknown) => (typeof value === 'number' ? numberText(value) : ''),
    plural: (count: number, one: string, many: string) => plural(count, one, many),
    json: (value: unknown) => JSON.stringify(value, undefined, 2) ?? '',
    query: (options: HelperOptions) => linkWith(localsOf(options).query, options.hash),
    asset: (name: string) => assetUrl(name),
    'command-id': (form: unknown) => commandIdFor(form),
    'field-parts': (parameters: unknown) => fieldParts(parameters),
    'problem-of': (form: unknown) => problemOf(form),
    'pager-parts': (parameters: unknown, options: HelperOptions) =>
      pagerParts(parameters, localsOf(options).query),
    // A helper called without its optional argument gets the options in its place.
    time: (at: unknown, style: TimeStyle | HelperOptions, options?: HelperOptions) => {
      const moment = momentOf(at);
      if (moment === undefined) return '';
      if (typeof style !== 'string') return times.text(moment, 'short', localsOf(style).timeZone);
      return times.text(moment, style, options && localsOf(options).timeZone);
    },
    'relative-time': (at: unknown, options: HelperOptions) => {
      const moment = momentOf(at);
      const { now, timeZone } = localsOf(options);
      return moment === undefined ? '' : times.relative(moment, now, timeZone);
    },
  };
}

function localsOf(options: HelperOptions): PageLocals {
  return options.data.root;
}

function momentOf(at: unknown): Date | undefined {
  if (typeof at !== 'string' && typeof at !== 'number' && !(at instanceof Date)) return undefined;
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
