import { randomUUID } from 'node:crypto';
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { parse } from 'node-html-parser';

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

const TEXT = 'Every second page comes out blank since this morning. We changed the toner and the paper.';

/** A customer with the report form open: has its cookie and its token, and sends it again and again. */
export class Customer {
  readonly #agent: Agent;
  readonly #site: string;
  readonly #cookie: string;
  readonly #hidden: URLSearchParams;

  private constructor(agent: Agent, site: string, cookie: string, hidden: URLSearchParams) {
    this.#agent = agent;
    this.#site = site;
    this.#cookie = cookie;
    this.#hidden = hidden;
  }

  /** Opens the form. */
  static async open(site: string, agent: Agent): Promise<Customer> {
    const { status, headers, body } = await ask(agent, `${site}/`, 'GET', {});
    if (status !== 200) throw new Error(`The form was answered with ${status}.`);
    const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
    const hidden = new URLSearchParams();
    for (const input of parse(body).querySelectorAll('form[action="/issues"] input[type="hidden"]')) {
      hidden.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? '');
    }
    return new Customer(agent, site, cookie, hidden);
  }

  /** Reports an issue of its own. @returns the issue's id, which the link of its tracking page tells. */
  async report(number: number): Promise<string> {
    const form = new URLSearchParams(this.#hidden);
    form.set('commandId', randomUUID());
    form.set('email', `kim.${number}@example.org`);
    form.set('name', 'Kim Okoro');
    form.set('kind', 'problem');
    form.set('subject', `The printer prints blank pages (${number})`);
    form.set('text', TEXT);
    const headers = { cookie: this.#cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ask(this.#agent, `${this.#site}/issues`, 'POST', headers, form.toString());
    const issueId = /^\/issues\/([^/]+)\//.exec(answer.headers.location ?? '')?.[1];
    if (answer.status !== 303 || issueId === undefined) {
      throw new Error(`A report was answered with ${answer.status}: ${answer.body.slice(0, 500)}`);
    }
    return issueId;
  }
}

function ask(
  agent: Agent,
  url: string,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {};
    const sent = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(pieces).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
