// A client generated from an OpenAPI document while it runs: it can ask only what is documented, and what it is answered must be.
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/schema';
import Value from 'typebox/value';

const Json = Type.Record(Type.String(), Type.Unknown());
const Header = Type.Object({ required: Type.Optional(Type.Boolean()), schema: Json });
const Response = Type.Object({
  description: Type.String({ minLength: 1 }),
  headers: Type.Optional(Type.Record(Type.String(), Header)),
  content: Type.Record(Type.String(), Type.Object({ schema: Json, example: Type.Optional(Type.Unknown()) })),
});
const Operation = Type.Object({
  operationId: Type.String(),
  parameters: Type.Array(
    Type.Object({
      name: Type.String(),
      in: Type.Enum(['path', 'query']),
      required: Type.Boolean(),
      schema: Json,
    }),
  ),
  responses: Type.Record(Type.String(), Response),
});
const Document = Type.Object({
  openapi: Type.Literal('3.1.1'),
  servers: Type.Array(Type.Object({ url: Type.String() }), { minItems: 1 }),
  paths: Type.Record(Type.String(), Type.Object({ get: Operation })),
  components: Type.Object({ schemas: Type.Record(Type.String(), Json) }),
});

type Operation = Static<typeof Operation>;
type Given = Readonly<Record<string, string | number>>;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the answer; of a feed its lines, where it was read to its end. */
  readonly body: unknown;
};

export type OpenApiClient = {
  readonly operations: readonly string[];
  about(id: string): { readonly path: string } & Pick<Operation, 'parameters'>;
  /** @throws Error where the request or its answer is not documented. */
  ask(id: string, given?: Given): Promise<Answer>;
  /** The same with parameters as they are, documented or not, to see what is said to them. */
  askAnything(id: string, query: string, given?: Given): Promise<Answer>;
  /** Reads an answer of many lines for as long as its reader likes. */
  follow(id: string, given: Given): AsyncGenerator<unknown>;
};

/** @param site where the server is, if not where the document says. @throws Error for examples that are not what they show. */
export function openApiClient(
  json: unknown,
  headers: Readonly<Record<string, string>>,
  site?: string,
): OpenApiClient {
  const document = Value.Parse(Document, json);
  const { components, servers, paths } = document;
  const server = new URL(servers[0]?.url ?? '');
  const base = site === undefined ? server.href : new URL(server.pathname, site).href;
  const operations = new Map(
    Object.entries(paths).map(([path, { get }]) => [get.operationId, { path, operation: get }]),
  );

  const validate = (what: string, schema: object, value: unknown) => {
    const validator = Compile({ ...schema, components });
    if (validator.Check(value)) return;
    const [first] = validator.Errors(value)[1];
    throw new Error(
      `${what}: ${first?.instancePath} ${first?.message} in ${JSON.stringify(value)?.slice(0, 300)}`,
    );
  };

  for (const [id, { operation }] of operations) {
    for (const { schema, example } of Object.values(operation.responses[200]?.content ?? {}))
      validate(`the example of ${id}`, schema, example);
  }

  const urlOf = (id: string, given: Given, anything: string): URL => {
    const { path, operation } = known(id);
    const names = new Set(operation.parameters.map(({ name }) => name));
    for (const name of Object.keys(given)) if (!names.has(name)) throw new Error(`${id} has no ${name}`);
    let filled = path;
    const query = new URLSearchParams(anything);
    for (const { name, in: where, required, schema } of operation.parameters) {
      const value = given[name];
      if (value === undefined) {
        if (required) throw new Error(`${id} needs ${name}`);
        continue;
      }
      if (anything === '') validate(`${id} ${name}`, schema, value);
      if (where === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
      else query.append(name, String(value));
    }
    return new URL(`${base}${filled}${query.size === 0 ? '' : `?${query}`}`);
  };

  const known = (id: string) => {
    const found = operations.get(id);
    if (found === undefined) throw new Error(`There is no operation ${id}`);
    return found;
  };

  /** Checks all but the body; the answer is the schema that it, or each of its lines, must keep. */
  const headOf = (id: string, operation: Operation, response: globalThis.Response): object => {
    const documented = operation.responses[String(response.status)];
    if (documented === undefined)
      throw new Error(`${id} answers ${response.status}, which is not documented`);
    for (const [name, { required, schema }] of Object.entries(documented.headers ?? {})) {
      const value = response.headers.get(name);
      if (value === null && required) throw new Error(`${id} ${response.status} has no header ${name}`);
      if (value !== null)
        validate(`${id} header ${name}`, schema, schema.type === 'integer' ? Number(value) : value);
    }
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const content = documented.content[type];
    if (content === undefined)
      throw new Error(`${id} ${response.status} is ${type}, which is not documented`);
    return content.schema;
  };

  const send = async (id: string, url: URL): Promise<Answer> => {
    const response = await fetch(url, { headers });
    const schema = headOf(id, known(id).operation, response);
    const text = await response.text();
    if (!response.headers.get('content-type')?.startsWith('application/x-ndjson')) {
      const body: unknown = JSON.parse(text);
      validate(`${id} ${response.status}`, schema, body);
      return { status: response.status, headers: response.headers, body };
    }
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    for (const line of lines) validate(id, schema, line);
    return { status: response.status, headers: response.headers, body: lines };
  };

  return {
    operations: [...operations.keys()],
    about: (id) => {
      const { path, operation } = known(id);
      return { path, parameters: operation.parameters };
    },
    ask: (id, given = {}) => send(id, urlOf(id, given, '')),
    askAnything: (id, query, given = {}) => send(id, urlOf(id, given, query)),
    async *follow(id, given) {
      const leave = new AbortController();
      try {
        const response = await fetch(urlOf(id, given, ''), { headers, signal: leave.signal });
        const schema = headOf(id, known(id).operation, response);
        let rest = '';
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const value: unknown = JSON.parse(line);
            validate(id, schema, value);
            yield value;
          }
        }
      } finally {
        leave.abort();
      }
    },
  };
}
