// The OpenAPI 3.1 document, from the operations.
import type { TObject, TSchema } from 'typebox';
import { TICKET_METRICS } from '../../../../shared-contracts/documents/ticket-metrics-document.ts';
import { cookieName } from '../../../../shared-contracts/runtime/web/cookies.ts';
import { PROBLEMS, type ProblemCode } from '../../problem-codes.ts';
import { API_LIMITS } from './limits.ts';
import { COMMON_PROBLEMS, type Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { Problem } from './problem.ts';

export type Json = { readonly [name: string]: unknown };

export type OperationObject = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly description: string;
    readonly schema: unknown;
  }[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly 'x-codeSamples': readonly { readonly lang: string; readonly source: string }[];
};

type ResponseObject = {
  readonly description: string;
  readonly headers: Json;
  readonly content: Readonly<Record<string, { readonly schema: unknown; readonly example?: unknown }>>;
};

export type OpenApiDocument = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Json[];
  readonly paths: Readonly<Record<string, { readonly get: OperationObject }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Json;
  };
};

export const API_PATH = '/api/v1';

/** Words of ours in a schema, that nobody else knows. */
const OUR_KEYWORDS = new Set(['mustBe', 'errorMessage', 'x-personal', 'x-erased']);

/** Keywords whose value has names of our choice, each with a schema. */
const KEYWORDS_OF_NAMES = new Set(['properties', 'patternProperties']);

const INTRODUCTION = [
  'What the analysts’ site shows, for programs. Everything is read with GET; nothing can be changed.',
  'Send an access token, made on the page “Access tokens”: `Authorization: Bearer dsk_…`, never in a URL. Who is signed in may try it in the browser.',
  'Times are UTC, durations are milliseconds. Lists are read a page at a time by cursor. A problem is `application/problem+json` with a stable `code`.',
  `A token may ask ${API_LIMITS.requestsPerMinute} times a minute; the headers of every answer tell what is left.`,
].join('\n\n');

const LIMIT_HEADERS = {
  'x-ratelimit-limit': headerOf('Requests that may be made in a minute.'),
  'x-ratelimit-remaining': headerOf('How many of them are left.'),
  'x-ratelimit-reset': headerOf('Seconds until they are counted anew.'),
};

/** @param server address of the site, without a slash at its end. */
export function openApiDocument(server: string): OpenApiDocument {
  const schemas = new Map<string, unknown>();
  const plain = (schema: unknown): unknown => plainSchema(schema, schemas);
  const problem = plain(Problem);
  const url = `${server}${API_PATH}`;
  const paths = Object.fromEntries(
    OPERATIONS.map((operation) => [operation.path, { get: operationObject(operation, url, plain, problem) }]),
  );
  return {
    openapi: '3.1.1',
    info: { title: 'Deskstream for analysts', version: '1.0.0', description: INTRODUCTION },
    servers: [{ url }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([left], [right]) => (left < right ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An access token: `dsk_` and 64 characters.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: cookieName({ site: 'staff', secure: server.startsWith('https:') }, 'session'),
          description: 'Who is signed in on the analysts’ site, in the browser.',
        },
      },
    },
  };
}

/** What an operation may answer in place of what was asked for, by status. */
function problemsOf({ problems }: Operation): ReadonlyMap<number, readonly ProblemCode[]> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...problems, ...COMMON_PROBLEMS]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([left], [right]) => left - right));
}

function operationObject(
  operation: Operation,
  url: string,
  plain: (schema: unknown) => unknown,
  problem: unknown,
): OperationObject {
  const { id, path, summary, description, inPath, inQuery, answer, example } = operation;
  const filled = path.replaceAll(/\{\w+\}/g, TICKET_METRICS.example._id);
  const source = `curl -N -H "Authorization: Bearer $TOKEN" "${url}${filled}${example}"`;
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
    'x-codeSamples': [{ lang: 'Shell', source }],
  };
}

function parametersOf(where: 'path' | 'query', schema: TObject, plain: (schema: unknown) => unknown) {
  const required = new Set<string>(schema.required ?? []);
  return Object.entries<TSchema>(schema.properties).map(([name, field]) => {
    const { description = '', ...rest }: Json = { ...field };
    return {
      ...{ name, in: where, required: required.has(name) },
      ...{ description: String(description), schema: plain(rest) },
    };
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
  if (!isJson(schema)) return schema;
  const plain = Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !OUR_KEYWORDS.has(keyword))
      .map(([keyword, value]) => {
        if (!isJson(value) || !KEYWORDS_OF_NAMES.has(keyword))
          return [keyword, plainSchema(value, components)];
        const named = Object.entries(value).map(([name, of]) => [name, plainSchema(of, components)]);
        return [keyword, Object.fromEntries(named)];
      }),
  );
  if (typeof schema.title !== 'string') return plain;
  components.set(schema.title, plain);
  return { $ref: `#/components/schemas/${schema.title}` };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
