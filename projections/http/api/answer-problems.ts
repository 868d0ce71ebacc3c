// Whatever goes wrong under /api is answered as application/problem+json (RFC 9457), never as a page.
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { noteFailure } from '../../../shared-contracts/runtime/web/error-pages.ts';
import { statusOf } from '../../../shared-contracts/runtime/web/page-error.ts';
import { PROBLEMS, type ProblemCode } from '../problem-codes.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Problem } from './contract/problem.ts';

const UNAVAILABLE_SECONDS = 30;

/** Has every error and every unknown path of a scope answered so. */
export function answerProblems(api: FastifyInstance): void {
  api.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    if (error instanceof RequestProblem) {
      request.log.info({ code: error.code, status }, 'request refused');
      const { parameter, retryAfter } = error.details;
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
      return answer(reply, status, error.code, error.message, parameter === undefined ? {} : { parameter });
    }
    if (status < 500) {
      request.log.info({ code: error.code, status }, 'request refused');
      return answer(reply, status, 'bad-request', PROBLEMS['bad-request'].meaning);
    }
    const errorId = noteFailure(error, request, status);
    if (status !== 503) return answer(reply, 500, 'failed', PROBLEMS.failed.meaning, { errorId });
    reply.header('retry-after', UNAVAILABLE_SECONDS);
    return answer(reply, status, 'unavailable', PROBLEMS.unavailable.meaning, { errorId });
  });
  api.setNotFoundHandler((_request, reply) =>
    answer(reply, 404, 'no-such-path', PROBLEMS['no-such-path'].meaning),
  );
}

/** An answer to a URL that cannot be read, before there is a route; undefined where it is none of the API. */
export function answerBrokenUrl(url: string, reply: FastifyReply): FastifyReply | undefined {
  if (!url.startsWith('/api/')) return undefined;
  return answer(reply, 400, 'bad-request', PROBLEMS['bad-request'].meaning);
}

function answer(
  reply: FastifyReply,
  status: number,
  code: ProblemCode,
  detail: string,
  more: { readonly parameter?: string; readonly errorId?: string } = {},
): FastifyReply {
  const problem: Static<typeof Problem> = {
    type: `/api#${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    ...{ status, code, detail },
    ...more,
  };
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}
