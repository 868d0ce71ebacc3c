import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import { RpcError } from '../rpc/status.ts';

/** What a request is answered with; `body` is sent as JSON, text as it is. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Request = {
  readonly method: string;
  /** The parts of the path, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly principal: Principal;
  /** The body as JSON; undefined where it is none, or very long. */
  readonly json: () => Promise<unknown>;
};

const LONGEST_BODY = 64 * 1024;

/** Answers a request; undefined where it is not this route's. */
export type Route = (request: Request) => Promise<Answer | undefined> | Answer | undefined;

/** Asks the routes in turn. What none of them knows is not implemented by this node. */
export function createListener(
  routes: readonly Route[],
  access: Access,
  report: (error: unknown, path: string) => void,
): RequestListener {
  return (incoming, response) => {
    answer(routes, access, incoming).then(
      (found) => {
        incoming.resume();
        send(response, incoming.method === 'HEAD', found);
      },
      (error) => {
        report(error, incoming.url ?? '');
        send(response, false, { status: 500, body: 'The request failed inside the node; its log says why.' });
      },
    );
  };
}

async function answer(routes: readonly Route[], access: Access, incoming: IncomingMessage): Promise<Answer> {
  const address = readAddress(incoming);
  if (address === undefined) return { status: 400, body: 'The address cannot be read.' };
  try {
    const principal = await access.admit(incoming.headers, `/${address.path.join('/')}`);
    const request = { ...address, principal, json: () => readJson(incoming) };
    for (const route of routes) {
      const found = await route(request);
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (error instanceof RpcError) return { status: 401, body: error.message };
    throw error;
  }
  return {
    status: 501,
    body: 'This node implements the gRPC protocol, health, information, statistics and subscriptions; not AtomPub or projections.',
  };
}

function readAddress(incoming: IncomingMessage): Omit<Request, 'principal' | 'json'> | undefined {
  try {
    const url = new URL(incoming.url ?? '/', 'http://node');
    const path = url.pathname.split('/').filter((part) => part !== '');
    return {
      method: incoming.method ?? 'GET',
      path: path.map(decodeURIComponent),
      query: url.searchParams,
    };
  } catch {
    return undefined;
  }
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming) {
    length += part.length;
    if (length > LONGEST_BODY) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, headOnly: boolean, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  const content = body === undefined ? '' : isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined
      ? {}
      : { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(content) }),
    ...headers,
  });
  response.end(headOnly ? undefined : content);
}
