// The OpenAPI 3.1 document, from the operations.
import type { TObject, TSchema } from 'typebox';
import { API_LIMITS } from './limits.ts';
import { COMMON_PROBLEMS, type Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { PROBLEMS, Problem, type ProblemCode } from './problems.ts';

type Json = { readonly [name: string]: unknown };

export const API_PATH = '/api/v1';

/** Words of ours in a schema, that nobody else knows. */
const OUR_KEYWORDS = new Set(['mustBe', 'errorMessage', 'x-personal', 'x-erased']);

const INTRODUCTION = [
  'What the analysts’ site shows, for programs. Everything is read with GET; nothing can be changed.',
  'Send an access token, made on the page *Access tokens*: `Authorization: Bearer dsk_…`, never in a URL. Who is signed in may try it in the browser.',
  'Times are UTC, durations are milliseconds. Lists are read a page at a time by cursor. A problem is `application/problem+json` with a stable `code`.',
  `A token may ask ${API_LIMITS.requestsPerMinute} times a minute; the headers of every answer tell what is left.`,
].join('\n\n');

const LIMIT_HEADERS = {
  'x-ratelimit-limit': headerOf('Requests that may be made in a minute.'),
  'x-ratelimit-remaining': headerOf('How many of them are left.'),
  'x-ratelimit-reset': headerOf('Seconds until they are counted anew.'),
};

/** @param server address of the site, without a slash at its end. */
export function openApiDocument(server: string): Json {
  const schemas = new Map<string, unknown>();
  const plain = (schema: unknown): unknown => plainSchema(schema, schemas);
  const problem = plain(Problem);
  const paths = Object.fromEntries(
    OPERATIONS.map((operation) => [operation.path, { get: operationObject(operation, plain, problem) }]),
  );
  return {
    openapi: '3.1.1',
    info: { title: 'Deskstream for analysts', version: '1.0.0', description: INTRODUCTION },
    servers: [{ url: `${server}${API_PATH}` }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([left], [right]) => (left < right ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An access token: `dsk_` and 64 characters.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'Who is signed in on the analysts’ site, in the browser.',
        },
      },
    },
  };
}

/** What an operation may answer in place of what was asked for, by status. */
export function problemsOf({ problems }: Operation): ReadonlyMap<number, readonly ProblemCode[]> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...problems, ...COMMON_PROBLEMS]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([left], [right]) => left - right));
}

function operationObject(operation: Operation, plain: (schema: unknown) => unknown, problem: unknown): Json {
  const { id, summary, description, inPath, inQuery, answer } = operation;
  const responses = [...problemsOf(operation)].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].meaning}`).join('\n\n'),
      headers: headersOf(status),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [problem, { properties: { status: { const: status }, code: { enum: codes } } }],
          },
        },
      },
    },
  ]);
  return {
    operationId: id,
    summary,
    description,
    parameters: [...parametersOf('path', inPath, plain), ...parametersOf('query', inQuery, plain)],
    responses: {
      200: {
        description: answer.description,
        headers: LIMIT_HEADERS,
        content: { [answer.type]: { schema: plain(answer.schema), example: answer.example } },
      },
      ...Object.fromEntries(responses),
    },
  };
}

function parametersOf(where: 'path' | 'query', schema: TObject, plain: (schema: unknown) => unknown): Json[] {
  const required = new Set<string>(schema.required ?? []);
  return Object.entries<TSchema>(schema.properties).map(([name, field]) => {
    const { description, ...rest }: Json = { ...field };
    return { name, in: where, required: required.has(name), description, schema: plain(rest) };
  });
}

function headersOf(status: number): Json {
  if (status === 400 || status === 404) return LIMIT_HEADERS;
  if (status === 401) {
    const schema = { type: 'string', pattern: '^Bearer ' };
    return { 'www-authenticate': { required: true, description: 'How to sign in (RFC 6750).', schema } };
  }
  if (status === 429 || status === 503) {
    return { 'retry-after': headerOf('Seconds after which to try again.') };
  }
  return {};
}

function headerOf(description: string): Json {
  return { required: true, description, schema: { type: 'integer', minimum: 0 } };
}

/** A schema as plain JSON; one that has a title is a component, and a reference where it is used. */
function plainSchema(schema: unknown, components: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => plainSchema(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const title: unknown = Reflect.get(schema, 'title');
  const plain = Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => !OUR_KEYWORDS.has(name))
      .map(([name, value]) => [name, plainSchema(value, components)]),
  );
  if (typeof title !== 'string') return plain;
  components.set(title, plain);
  return { $ref: `#/components/schemas/${title}` };
}
