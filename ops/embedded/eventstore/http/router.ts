import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { RpcError } from '../rpc/status.ts';
import type { Access } from '../server/access.ts';

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
  readonly headers: IncomingMessage['headers'];
};

/** Answers a request; undefined where it is not this route's. */
export type Route = (request: Request) => Promise<Answer | undefined> | Answer | undefined;

/** Asks the routes in turn. What none of them knows is not implemented by this node. */
export function createListener(
  routes: readonly Route[],
  report: (error: unknown, path: string) => void,
): RequestListener {
  return (incoming, response) => {
    incoming.resume();
    answer(routes, incoming).then(
      (found) => send(response, incoming.method === 'HEAD', found),
      (error) => {
        report(error, incoming.url ?? '');
        send(response, false, { status: 500, body: 'The request failed inside the node; its log says why.' });
      },
    );
  };
}

async function answer(routes: readonly Route[], incoming: IncomingMessage): Promise<Answer> {
  const request = readRequest(incoming);
  if (request === undefined) return { status: 400, body: 'The address cannot be read.' };
  for (const route of routes) {
    const found = await route(request);
    if (found !== undefined) return found;
  }
  return {
    status: 501,
    body: 'This node implements the gRPC protocol, health, information, statistics and subscriptions; not AtomPub, users or projections.',
  };
}

function readRequest(incoming: IncomingMessage): Request | undefined {
  try {
    const url = new URL(incoming.url ?? '/', 'http://node');
    const path = url.pathname.split('/').filter((part) => part !== '');
    return {
      method: incoming.method ?? 'GET',
      path: path.map(decodeURIComponent),
      query: url.searchParams,
      headers: incoming.headers,
    };
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

/** Lets nobody pass who may not; to be asked first. */
export function accessRoute(access: Access): Route {
  return ({ headers, path }) => {
    try {
      access.admit(headers, `/${path.join('/')}`);
      return undefined;
    } catch (error) {
      if (error instanceof RpcError) return { status: 401, body: error.message };
      throw error;
    }
  };
}
