// Binds an operation to what it does: its parameters are checked before, by the schemas that the document shows.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import { readParameters } from '../filters/read-parameters.ts';
import type { Caller } from './caller.ts';
import type { Operation } from './contract/operation.ts';

export type Asked<Path extends TObject, Query extends TObject> = {
  readonly path: Static<Path>;
  readonly query: Static<Query>;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** @param handle answers with what the operation's schema says */
export function serveOperation<Path extends TObject, Query extends TObject, Answer extends TSchema>(
  api: FastifyInstance,
  operation: Operation<Path, Query, Answer>,
  handle: (asked: Asked<Path, Query>) => Promise<Static<Answer>>,
): void {
  serveAny(api, operation, async (asked) => {
    const answer = await handle(asked);
    return asked.reply.type(operation.answer.type).send(JSON.stringify(answer));
  });
}

/** For an answer that is more than one value: the handler sends it. */
export function serveAny<Path extends TObject, Query extends TObject>(
  api: FastifyInstance,
  { path, inPath, inQuery }: Operation<Path, Query>,
  handle: (asked: Asked<Path, Query>) => Promise<FastifyReply>,
): void {
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
  type Route = { Params: Record<string, unknown>; Querystring: Record<string, unknown> };
  // Who may is decided for the whole API, by token or by session; asking for the head of a feed would open one.
  api.get<Route>(url, { config: { access: 'everybody' }, exposeHeadRoute: false }, async (request, reply) => {
    const { caller } = request;
    if (caller === undefined) throw new Error('Nobody was asked who they are.');
    reply.header('cache-control', 'no-store');
    return handle({
      path: readParameters(inPath, request.params),
      query: readParameters(inQuery, request.query),
      ...{ caller, request, reply },
    });
  });
}
