import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const PAGE = join('..', '..', 'shared', 'pages', 'problem.hbs');

/** Something that a visitor of a page asked for and cannot have; the message is a sentence for people. */
export class Problem extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.name = 'Problem';
    this.statusCode = statusCode;
  }
}

/** Answers what is not there and what went wrong with a page, or below `/api/` with `{ error }`. */
export function answerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, new Problem(404, 'There is nothing at this address.')),
  );
  app.setErrorHandler((error, request, reply) => answer(request, reply, toProblem(error)));
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const statusCode =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  if (statusCode < 500 && error instanceof Error) return new Problem(statusCode, error.message);
  console.error(error);
  return new Problem(500, 'This page failed. The log of the node says why.');
}

function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem) {
  reply.code(problem.statusCode);
  if (request.url.startsWith('/api/')) return reply.send({ error: problem.message });
  return reply.view(PAGE, { title: problem.statusCode === 404 ? 'Not found' : 'Problem', problem });
}
