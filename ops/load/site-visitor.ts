// Somebody in front of a site, as a script: keeps cookies, and sends the forms that a page has.

export type VisitedPage = { readonly status: number; readonly url: URL; readonly html: string };

const ANSWER_LIMIT_MS = 20_000;
const MOST_REDIRECTS = 5;

export class SiteVisitor {
  readonly #site: string;
  readonly #cookies = new Map<string, string>();

  constructor(site: string) {
    this.#site = site;
  }

  open(path: string): Promise<VisitedPage> {
    return this.#ask(new URL(path, this.#site), undefined);
  }

  /** Sends the form of the page with this action, with its hidden fields and what is typed. */
  send(page: VisitedPage, action: string, typed: Readonly<Record<string, string>>): Promise<VisitedPage> {
    const hidden = hiddenFields(page.html, action);
    if (hidden === undefined) throw new Error(`${page.url.pathname} has no form for ${action}.`);
    return this.#ask(new URL(action, page.url), new URLSearchParams({ ...hidden, ...typed }));
  }

  async #ask(url: URL, form: URLSearchParams | undefined, redirects = 0): Promise<VisitedPage> {
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      ...(form === undefined ? {} : { body: form }),
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const html = await answer.text();
    const location = answer.headers.get('location');
    if (location === null || answer.status < 300 || answer.status >= 400) {
      return { status: answer.status, url, html };
    }
    if (redirects === MOST_REDIRECTS) throw new Error(`${url.pathname} redirects again and again.`);
    return this.#ask(new URL(location, url), undefined, redirects + 1);
  }
}

/** The hidden fields of the form with this action, as the pages of this product write them. */
function hiddenFields(html: string, action: string): Record<string, string> | undefined {
  const start = html.indexOf(`action="${action}"`);
  if (start < 0) return undefined;
  const form = html.slice(start, html.indexOf('</form>', start));
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined) fields[name] = /value="([^"]*)"/.exec(input)?.[1] ?? '';
  }
  return fields;
}
