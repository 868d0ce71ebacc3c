import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isBackground } from './background.ts';
import { traceIdOf } from './tracing.ts';

/** What a logged request may show: never its URL, its query or its headers, since they can hold secrets and personal data. */
export const requestSerializers = {
  req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url }),
};

/** Logs one line for each answered request, with the route's pattern in place of the URL. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      traceId: traceIdOf(request),
    };
    if (route !== undefined && isBackground(route)) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
    done();
  });
}
