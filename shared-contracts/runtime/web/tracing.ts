import FastifyOtel from '@fastify/otel';
import { context, isSpanContextValid, type Span, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest, onErrorHookHandler, RouteOptions } from 'fastify';
import { isBackground } from './background.ts';
import { statusOf } from './page-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's path holds a secret (a tracking link): only its pattern is logged or put on a span. */
    secretPath?: boolean;
  }
}

/**
 * One server span for each request, named `{method} {route}` (HTTP semantic conventions), none for health and assets.
 * The span is the active one in validation and handlers.
 */
export async function traceRequests(app: FastifyInstance): Promise<void> {
  const instrumentation = new FastifyOtel.FastifyOtelInstrumentation({
    instrumentHooks: false,
    instrumentHandler: false,
    ignorePaths: ({ url }) => isBackground(url),
    requestHook: describeRequest,
  });
  await app.register(instrumentation.plugin());
  app.addHook('onRoute', (route) => {
    if (!isBackground(route.url)) route.onError = onlyFailures(route.onError);
  });
  // A body is read in the socket's own async context; without this the handler of a POST would have no active span.
  app.addHook('preValidation', (request, _reply, done) => {
    const active = request.opentelemetry().context;
    if (active) context.with(active, done);
    else done();
  });
}

type ErrorHooks = NonNullable<RouteOptions['onError']> | undefined;

/**
 * The instrumentation adds a last hook that marks the span as failed, whatever was thrown. A request that is refused (4xx)
 * is no failure of the server (HTTP semantic conventions, span status), so that hook hears only of real ones.
 */
function onlyFailures(hooks: ErrorHooks): onErrorHookHandler[] {
  const all = Array.isArray(hooks) ? hooks : hooks ? [hooks] : [];
  const marking = all.at(-1);
  if (marking === undefined) return [];
  return [
    ...all.slice(0, -1),
    function (request, reply, error, done) {
      if (statusOf(error) < 500) done();
      else marking.call(this, request, reply, error, done);
    },
  ];
}

/** The id of the request's trace, or undefined where it is not traced. */
export function traceIdOf(request: FastifyRequest): string | undefined {
  const spanContext = spanOf(request)?.spanContext();
  return spanContext && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/** The server span of a request, or what is active in its place. */
export function spanOf(request: FastifyRequest): Span | undefined {
  return request.opentelemetry().span ?? trace.getActiveSpan();
}

function describeRequest(span: Span, request: FastifyRequest): void {
  const route = request.routeOptions.url;
  span.updateName(route === undefined ? request.method : `${request.method} ${route}`);
  span.setAttribute('url.scheme', request.protocol);
  span.setAttribute('url.path', tracedPath(request, route));
}

/** A link that was mangled on its way ends in 404 and still holds its secret, so an unknown path shows its first part only. */
function tracedPath(request: FastifyRequest, route: string | undefined): string {
  if (route === undefined) return /^\/[\w.-]{0,12}(?=$|[/?])/.exec(request.url)?.[0] ?? '/';
  return request.routeOptions.config.secretPath ? route : (request.url.split('?', 1)[0] ?? route);
}
