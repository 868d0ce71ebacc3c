// The forms of the back office as they stand on its pages, and what comes of them in the store.
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import type { HTMLElement } from 'node-html-parser';
import { eventually } from './eventually.ts';
import type { Teardown } from './test-store.ts';
import type { Page, Visitor } from './visitor.ts';

export const SCRIPT = '<script>alert("x")</script>';

export type Form = { readonly page: Page; readonly action: string; readonly body: URLSearchParams };

const TOKENS = ['_csrf', 'commandId', 'seenRevision'];

/** Every form of a page that changes something, but the one to sign out. */
export function formsOf(page: Page): readonly Form[] {
  return page.document
    .querySelectorAll('form[method=post]')
    .filter((form) => form.getAttribute('action') !== '/sign-out')
    .map((form) => ({ page, action: form.getAttribute('action') ?? '', body: bodyOf(form) }));
}

/** The fields of a form that somebody fills in. */
export function fieldsOf({ body }: Form): readonly string[] {
  return [...new Set(body.keys())].filter((name) => !TOKENS.includes(name));
}

/** What the form would send with another value in these fields; null is without them. */
export function changed({ body }: Form, names: readonly string[], value: string | null): URLSearchParams {
  const next = new URLSearchParams(body);
  for (const name of names) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** Counts the events of tickets and employees that employees brought about; signing in does not count. */
export function countAppended(t: Teardown, eventstore: string): () => Promise<number> {
  const client = EventStoreDBClient.connectionString(eventstore);
  t.teardown(() => client.dispose());
  return async () => {
    let count = 0;
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END })) {
      const actor = String(Reflect.get(Object(event?.metadata), 'actor'));
      if (/^(ticket|employee)-/.test(event?.streamId ?? '') && actor.startsWith('employee:')) count += 1;
    }
    return count;
  };
}

/** A customer reports an issue: where they follow it, and where employees find its ticket. */
export async function reportTo(customer: Visitor, employee: Visitor, subject: string) {
  const report = { email: 'kim@example.org', subject, kind: 'problem', text: 'All blank.' };
  const tracking = await customer.submit(await customer.open('/'), '/issues', report);
  const link = await eventually('ticket', async () => {
    const list = await employee.open('/tickets');
    return list.document.querySelectorAll('tbody a').find((each) => each.textContent === subject);
  });
  return { tracking: new URL(tracking.url).pathname, path: link.getAttribute('href') ?? '' };
}

/** An employee takes a ticket and starts work on it: its page then. */
export async function startWork(employee: Visitor, path: string): Promise<Page> {
  return employee.submit(await employee.submit(await employee.open(path), '/assign'), '/start');
}

/** What a form would send as it stands. */
function bodyOf(form: HTMLElement): URLSearchParams {
  const body = new URLSearchParams();
  for (const input of form.querySelectorAll('input, textarea, select, button[name]')) {
    const name = input.getAttribute('name') ?? '';
    const first = input.querySelector('option')?.getAttribute('value');
    if (!body.has(name)) body.set(name, input.getAttribute('value') ?? first ?? '');
  }
  return body;
}
