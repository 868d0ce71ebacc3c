import { type HTMLElement, parse } from 'node-html-parser';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../../shared-contracts/runtime/accounts/demo-accounts.ts';

/** A page as somebody sees it who has no JavaScript. */
export type Page = {
  readonly status: number;
  readonly url: string;
  readonly document: HTMLElement;
  /** Everything that can be read, with white space folded. */
  readonly text: string;
};

/** With what somebody signs in where a page asks for it. */
export type Account = { readonly email: string; readonly password: string };

const ADMIN: Account = { email: DEMO_ACCOUNTS.admin.email, password: DEMO_PASSWORD };

/**
 * Somebody who visits a site: keeps cookies, follows redirects, fills in the forms of the pages. Where a page asks to sign in,
 * they do, as the administrator of the demo unless it is said as whom; null is somebody who has no account.
 */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #site: string;
  readonly #account: Account | null;

  constructor(site: string, account: Account | null = ADMIN) {
    this.#site = site;
    this.#account = account;
  }

  async open(path: string): Promise<Page> {
    const page = await this.#request(new URL(path, this.#site), { method: 'GET' });
    const wasSent = new URL(page.url).pathname === '/sign-in' && !path.startsWith('/sign-in');
    if (!wasSent || this.#account === null) return page;
    return this.submit(page, '/sign-in', this.#account);
  }

  /** The cookies that the visitor has, by name: to look at them, to lose or to steal them. */
  get cookies(): Map<string, string> {
    return this.#cookies;
  }

  /** Sends a form of the page with what it holds already and what is typed; the form is found by the end of its action. */
  async submit(page: Page, action: string, typed: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.send(page, ...this.read(page, action, typed));
  }

  /** What sending the form would send: to send it twice, or to forge it. */
  read(page: Page, action: string, typed: Readonly<Record<string, string>> = {}): [string, URLSearchParams] {
    const form = page.document
      .querySelectorAll('form')
      .find((candidate) => candidate.getAttribute('action')?.endsWith(action));
    if (form === undefined) throw new Error(`${page.url} has no form for ${action}: ${page.text}`);
    const body = new URLSearchParams();
    for (const input of form.querySelectorAll('input')) {
      const mayBeUnset = ['checkbox', 'radio'].includes(input.getAttribute('type') ?? '');
      if (mayBeUnset && !input.hasAttribute('checked')) continue;
      body.append(input.getAttribute('name') ?? '', input.getAttribute('value') ?? '');
    }
    for (const select of form.querySelectorAll('select')) {
      const options = select.querySelectorAll('option');
      const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
      body.set(select.getAttribute('name') ?? '', chosen?.getAttribute('value') ?? '');
    }
    for (const area of form.querySelectorAll('textarea'))
      body.set(area.getAttribute('name') ?? '', area.textContent);
    for (const [name, value] of Object.entries(typed)) body.set(name, value);
    return [form.getAttribute('action') ?? '', body];
  }

  async send(page: Page, action: string, body: URLSearchParams): Promise<Page> {
    return this.#request(new URL(action, page.url), posted(body));
  }

  /** Sends a form like `send`, and looks at the answer alone: its status, and where it leads. */
  async sendOnly(
    page: Page,
    action: string,
    body: URLSearchParams,
  ): Promise<{ readonly status: number; readonly location: string }> {
    const response = await this.#exchange(new URL(action, page.url), posted(body));
    await response.arrayBuffer();
    return { status: response.status, location: response.headers.get('location') ?? '' };
  }

  async #request(url: URL, init: Init): Promise<Page> {
    const response = await this.#exchange(url, init);
    const location = response.headers.get('location');
    if (location !== null && response.status >= 300 && response.status < 400) {
      await response.arrayBuffer();
      return this.#request(new URL(location, url), { method: 'GET' });
    }
    const document = parse(await response.text());
    const text = document.textContent.replace(/\s+/g, ' ').trim();
    return { status: response.status, url: url.href, document, text };
  }

  async #exchange(url: URL, init: Init): Promise<Response> {
    const headers = { ...init.headers, cookie: cookiesOf(this) };
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

/** The header with the visitor's cookies: to ask as they do without a page. */
export function cookiesOf({ cookies }: Pick<Visitor, 'cookies'>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

type Init = {
  readonly method: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

function posted(body: URLSearchParams): Init {
  return {
    method: 'POST',
    body: body.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}
