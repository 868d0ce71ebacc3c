// What the page of the API shows, read from its OpenAPI document.

import { type MarkedText, markedText } from '../marked-text.ts';
import { PROBLEMS } from '../problem-codes.ts';
import type { Json, OpenApiDocument, OperationObject } from './contract/openapi-document.ts';

type Field = { readonly name: string; readonly type: string; readonly text: MarkedText };

/** Operations, schemas and problems as the template wants them. */
export function apiView({ info, servers, paths, components }: OpenApiDocument) {
  return {
    introduction: info.description.split('\n\n').map(markedText),
    server: servers[0]?.url ?? '',
    operations: Object.entries(paths).map(([path, { get }]) => operationView(path, get)),
    schemas: Object.entries(components.schemas).map(([name, schema]) => ({ name, ...schemaView(schema) })),
    problems: Object.entries(PROBLEMS).map(([code, { status, meaning }]) => ({
      ...{ code, status },
      text: markedText(meaning),
    })),
  };
}

function operationView(path: string, operation: OperationObject) {
  const { operationId, summary, description, parameters, responses } = operation;
  return {
    ...{ id: operationId, path, summary },
    text: markedText(description),
    sample: operation['x-codeSamples'][0]?.source,
    parameters: parameters.map(({ name, required, description: meaning, schema }) => ({
      ...{ name, required },
      type: typeText(schema),
      text: markedText(meaning),
    })),
    answers: Object.entries(responses).map(([status, response]) => {
      const [type = '', content] = Object.entries(response.content)[0] ?? [];
      return {
        ...{ status, type },
        schema: typeText(content?.schema),
        codes: enumOfCode(content?.schema),
        text: markedText(response.description),
        problem: status !== '200',
      };
    }),
  };
}

function schemaView(schema: unknown): { readonly text: MarkedText; readonly fields: readonly Field[] } {
  const { description, properties, required, anyOf } = jsonOf(schema);
  const names = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries(jsonOf(properties)).map(([name, field]) => ({
    name,
    type: typeText(field) + (names.has(name) ? '' : ', not always there'),
    text: markedText(textOf(jsonOf(field).description)),
  }));
  const alternatives = Array.isArray(anyOf) ? `One of ${anyOf.map(typeText).join(', ')}.` : '';
  return { text: markedText(textOf(description) || alternatives), fields };
}

/** What a schema lets through, in a few words. */
function typeText(schema: unknown): string {
  const { $ref, type, format, anyOf, allOf, items, minimum, maximum, ...rest } = jsonOf(schema);
  if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? '';
  if (Array.isArray(anyOf)) return anyOf.map(typeText).join(' or ');
  if (Array.isArray(allOf)) return typeText(allOf[0]);
  if (Array.isArray(rest.enum)) return rest.enum.join(', ');
  if ('const' in rest) return JSON.stringify(rest.const);
  if (type === 'array') return `list of ${typeText(items)}`;
  if (type === 'object') {
    const names = Object.entries(jsonOf(rest.properties)).map(
      ([name, field]) => `${name}: ${typeText(field)}`,
    );
    return names.length > 3 ? 'object' : `{ ${names.join(', ')} }`;
  }
  if (type === 'integer' && minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return textOf(format) || textOf(type) || 'anything';
}

function enumOfCode(schema: unknown): string {
  const { allOf } = jsonOf(schema);
  const own = Array.isArray(allOf) ? jsonOf(jsonOf(jsonOf(allOf[1]).properties).code) : {};
  return Array.isArray(own.enum) ? own.enum.join(', ') : '';
}

function jsonOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
