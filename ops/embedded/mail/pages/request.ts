import { param } from '../../shared/param.ts';
import { Problem } from '../../shared/problem.ts';
import type { Mail } from '../mail.ts';
import type { MailStore } from '../store.ts';
import type { MailQuery } from './search.ts';

/** The search that a query string asks for. */
export function queryOf(values: unknown): MailQuery {
  return {
    q: param(values, 'q'),
    from: param(values, 'from'),
    to: param(values, 'to'),
    subject: param(values, 'subject'),
  };
}

/** `page` (from 1) and `limit` of a query string; what makes no sense is the default. */
export function pageOf(
  values: unknown,
  defaultLimit: number,
  maxLimit = defaultLimit,
): { page: number; offset: number; limit: number } {
  const page = positive(param(values, 'page')) ?? 1;
  const limit = Math.min(positive(param(values, 'limit')) ?? defaultLimit, maxLimit);
  return { page, offset: (page - 1) * limit, limit };
}

/** The mail that the `:id` of a URL names. */
export function mailOf(store: MailStore, params: unknown): { mail: Mail; source: Buffer } {
  const id = positive(param(params, 'id')) ?? 0;
  const mail = store.get(id);
  const source = store.source(id);
  if (!mail || !source) throw new Problem(404, 'There is no such mail. It may have been deleted.');
  return { mail, source };
}

function positive(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
