import { createTransport, type Transporter } from 'nodemailer';
import type { Test } from 'tap';
import { startMailNode } from '../node.ts';

type Json = Record<string, unknown> & { mails: Record<string, unknown>[]; total: number };

/** For tests: a mail node of its own, a client for its SMTP, and ways to its page and its JSON. */
export async function start(
  t: Test,
  options: { maxMailBytes?: number; keepMails?: number; dataDir?: string } = {},
) {
  const node = await startMailNode({
    port: 0,
    pagePort: 0,
    ...options,
    dataDir: options.dataDir ?? t.testdir(),
  });
  const smtp = createTransport({ host: '127.0.0.1', port: node.ports.smtp, pool: true, maxConnections: 1 });
  let closed = false;
  const close = async () => {
    if (!closed) await node.close();
    closed = true;
    smtp.close();
  };
  t.teardown(close);
  const url = `http://127.0.0.1:${node.ports.mailPage}`;
  const page = async (path: string, init?: RequestInit) => (await fetch(url + path, init)).text();
  const json = async (path: string, init?: RequestInit): Promise<Json> =>
    (await fetch(url + path, init)).json() as Promise<Json>;
  return { smtp, smtpPort: node.ports.smtp, url, page, json, close };
}

/** A request with JSON. */
export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What a browser sends for a form. */
export const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
  redirect: 'manual',
});

/** Sends a mail with what matters to a test. */
export function send(smtp: Transporter, mail: Record<string, unknown>) {
  return smtp.sendMail({ from: 'Help Desk <desk@example.com>', to: 'anna@example.com', ...mail });
}

/** What SMTP answered to a mail. */
export function replyCode(sending: Promise<unknown>): Promise<number | undefined> {
  return sending.then(
    () => 250,
    (error: { responseCode?: number }) => error.responseCode,
  );
}
