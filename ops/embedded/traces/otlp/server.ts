import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ArrivedSpan } from '../span.ts';
import type { OtlpMessages } from './messages.ts';
import { readSpans } from './read-spans.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const MAX_BODY = 8 * 1024 * 1024;
const MAX_UNZIPPED = 32 * 1024 * 1024;
const MAX_IN_FLIGHT = 32;

/** The codes of `google.rpc.Code` that are answered. */
const CODES = { 400: 3, 405: 12, 413: 8, 415: 3, 404: 5, 500: 13, 501: 12, 503: 14 } as const;
type Failure = keyof typeof CODES;

class OtlpError extends Error {
  readonly statusCode: Failure;

  constructor(statusCode: Failure, message: string, cause?: unknown) {
    super(message, { cause });
    this.statusCode = statusCode;
  }
}

const unzip = promisify(gunzip);

/**
 * The receiving end of OTLP/HTTP 1.x: traces in JSON and in protobuf, plain or zipped. Metrics and logs are refused
 * with 501.
 *
 * @param add keeps the spans; success is answered when it resolves
 */
export function createOtlpServer(
  messages: OtlpMessages,
  add: (spans: readonly ArrivedSpan[]) => Promise<{ dropped: number }>,
): FastifyInstance {
  const app = Fastify({ bodyLimit: MAX_BODY, forceCloseConnections: true });
  let inFlight = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([JSON_TYPE, PROTOBUF_TYPE], { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  app.post('/v1/traces', async (request, reply) => {
    if (inFlight >= MAX_IN_FLIGHT) {
      reply.header('retry-after', '1');
      throw new OtlpError(503, 'Too many exports at once. Try again.');
    }
    inFlight++;
    try {
      const { spans, rejected } = await readRequest(request);
      const { dropped } = await add(spans);
      const reasons = [...new Set(rejected)].slice(0, 5);
      if (dropped > 0) reasons.push('a trace has more spans than are kept of one');
      const rejectedSpans = rejected.length + dropped;
      const partial = { partialSuccess: { rejectedSpans, errorMessage: `Not kept: ${reasons.join('; ')}.` } };
      return send(request, reply, 'ExportTraceServiceResponse', rejectedSpans > 0 ? partial : {});
    } finally {
      inFlight--;
    }
  });

  for (const signal of ['metrics', 'logs']) {
    app.post(`/v1/${signal}`, async () => {
      throw new OtlpError(
        501,
        `This node keeps traces only. Set OTEL_${signal.toUpperCase()}_EXPORTER=none.`,
      );
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.url !== '/v1/traces') throw new OtlpError(404, 'OTLP is spoken at /v1/traces.');
    reply.header('allow', 'POST');
    throw new OtlpError(405, 'Spans are sent with POST.');
  });
  app.setErrorHandler((error, request, reply) => {
    const failure = toOtlpError(error);
    reply.code(failure.statusCode);
    return send(request, reply, 'RpcStatus', { code: CODES[failure.statusCode], message: failure.message });
  });

  async function readRequest(request: FastifyRequest) {
    try {
      const bytes = await unzipped(request);
      return readSpans(
        isProtobuf(request) ? messages.decodeRequest(bytes) : JSON.parse(bytes.toString('utf8')),
        messages,
      );
    } catch (error) {
      if (error instanceof OtlpError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new OtlpError(400, `This is no ExportTraceServiceRequest: ${reason}`, error);
    }
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    name: 'ExportTraceServiceResponse' | 'RpcStatus',
    content: Record<string, unknown>,
  ) {
    if (isProtobuf(request)) return reply.type(PROTOBUF_TYPE).send(messages.encode(name, content));
    return reply.type(JSON_TYPE).send(JSON.stringify(content));
  }

  return app;
}

function isProtobuf(request: FastifyRequest): boolean {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === PROTOBUF_TYPE;
}

async function unzipped(request: FastifyRequest): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip')
    throw new OtlpError(415, `The content encoding "${encoding}" is not known; use gzip.`);
  return unzip(body, { maxOutputLength: MAX_UNZIPPED }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new OtlpError(413, 'The export is too large.', error);
    throw error;
  });
}

function toOtlpError(error: unknown): OtlpError {
  if (error instanceof OtlpError) return error;
  const statusCode = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  if (statusCode === 413) return new OtlpError(413, `An export may have ${MAX_BODY} bytes at most.`, error);
  if (statusCode === 415) return new OtlpError(415, `Use ${PROTOBUF_TYPE} or ${JSON_TYPE}.`, error);
  if (statusCode === 400 && error instanceof Error) return new OtlpError(400, error.message, error);
  console.error(error);
  return new OtlpError(500, 'The spans could not be kept.', error);
}
