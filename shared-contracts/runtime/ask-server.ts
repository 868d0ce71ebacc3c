// One request to the HTTP of a server that is managed by it: the event store's own, and RabbitMQ's.
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { text } from 'node:stream/consumers';

/** A server, and who asks it. */
export type HttpServer = {
  readonly url: URL;
  /** Undefined: nobody in particular. */
  readonly user: { readonly name: string; readonly password: string } | undefined;
  /** Certificates (PEM) of the authority that vouches for it, where Node does not know it. */
  readonly ca: string | undefined;
};

export type HttpQuestion = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds of silence after which it is given up; undefined: it may take as long as it likes. */
  readonly limitMs?: number;
};

/** @throws when the server cannot be reached, or is silent for longer than the limit. */
export async function askServer(
  { url, user, ca }: HttpServer,
  { method, path, body, limitMs }: HttpQuestion,
): Promise<{ readonly status: number; readonly text: string }> {
  const target = new URL(path, url);
  const content = body === undefined ? '' : JSON.stringify(body);
  const send = target.protocol === 'https:' ? secure : plain;
  const asked = send(target, {
    method,
    agent: false,
    headers: {
      'content-length': Buffer.byteLength(content),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(user === undefined ? {} : { auth: `${user.name}:${user.password}` }),
    ...(ca === undefined ? {} : { ca }),
    ...(limitMs === undefined ? {} : { timeout: limitMs }),
  });
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error(`${target.host} does not answer.`)));
    asked.once('response', (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    asked.end(content);
  });
}
