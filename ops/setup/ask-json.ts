import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { text } from 'node:stream/consumers';

/** An HTTP server that is managed by JSON, and who asks. */
export type Managed = {
  readonly url: URL;
  readonly user: string;
  readonly password: string;
  /** Certificates (PEM) of the authority that vouches for it, where Node does not know it. */
  readonly ca?: string | undefined;
};

const LIMIT_MS = 10_000;

/** @returns the status; the body of an answer that is no success is part of the error where `accepted` does not name it. */
export async function askJson(
  { url, user, password, ca }: Managed,
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
  accepted: readonly number[],
): Promise<number> {
  const target = new URL(path, url);
  const send = target.protocol === 'https:' ? secure : plain;
  const asked = send(target, {
    method,
    auth: `${user}:${password}`,
    headers: { 'content-type': 'application/json' },
    timeout: LIMIT_MS,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  });
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error(`${target.host} does not answer.`)));
    asked.once('response', (response) => {
      const status = response.statusCode ?? 0;
      text(response).then((answer) => {
        if (accepted.includes(status)) resolve(status);
        else reject(new Error(`${target.host} refuses ${method} ${path}: ${status} ${answer.slice(0, 200)}`));
      }, reject);
    });
    asked.end(JSON.stringify(body));
  });
}
