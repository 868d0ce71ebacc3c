import type { FastifyInstance, FastifyRequest } from 'fastify';
import { record } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import type { MetricsText } from '../telemetry/metrics-text.ts';
import { attribute } from '../telemetry/names.ts';

/** What proxies add to a request that they hand on. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** Measures every answered request, by the pattern of its route. */
export function measureRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const route = request.is404 ? undefined : request.routeOptions.url;
    record(
      metric.httpDuration,
      {
        [attribute.httpMethod]: METHODS.has(request.method) ? request.method : '_OTHER',
        [attribute.urlScheme]: request.protocol,
        [attribute.httpStatus]: status,
        ...(route === undefined ? {} : { [attribute.httpRoute]: route }),
        ...(status >= 500 ? { [attribute.errorType]: String(status) } : {}),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

/**
 * `/metrics`, for who reaches the service itself: nobody signs in for it, and it tells numbers only. A request that a proxy hands
 * on comes from outside and finds nothing there.
 */
export function answerMetrics(app: FastifyInstance, metrics: MetricsText): void {
  app.get('/metrics', async (request, reply) => {
    if (wasForwarded(request)) return reply.code(404).errorPage();
    return reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.read());
  });
}

function wasForwarded({ headers }: FastifyRequest): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}
