// What operators see of an event's data: personal fields only when they ask, secret ones never.
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../shared-contracts/messages/decode-message.ts';
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import { openAll } from '../../shared-contracts/runtime/personal/sealed-value.ts';

/** Stands where a field is not shown. */
const HIDDEN = '[hidden]';

type Data = Readonly<Record<string, unknown>>;

/** Data of today's version without its secret fields, and without its personal ones unless they are asked for. */
export function hideFields(definition: MessageDefinition, data: Data, personal: 'hidden' | 'shown'): Data {
  const clear = hideSecrets(definition, data);
  return personal === 'shown' ? clear : definition.personal.replaceIn(clear, () => HIDDEN);
}

/** Data as it is stored, of whatever version: what is encrypted in it is not shown. */
export function withoutSealed(type: string, data: unknown): unknown {
  const opened = openAll(data, () => null);
  const definition = CATALOGUE.get(type);
  return definition === undefined || !isData(opened) ? opened : hideSecrets(definition, opened);
}

/**
 * Data that came back from an operator: where a field still says that it is hidden, it is what it was before.
 *
 * @param before the data that was shown with hidden fields.
 * @throws ContractViolation where there was nothing before.
 */
export function fillHidden(definition: MessageDefinition, data: unknown, before: unknown): unknown {
  if (!isData(data)) return data;
  const filled = definition.personal.replaceIn(data, (value, pointer) =>
    value === HIDDEN ? known(definition, before, pointer) : value,
  );
  const secrets = secretsOf(definition).filter((name) => filled[name] === HIDDEN);
  return {
    ...filled,
    ...Object.fromEntries(secrets.map((name) => [name, known(definition, before, `/${name}`)])),
  };
}

function known({ type }: MessageDefinition, before: unknown, pointer: string): unknown {
  const value = at(before, pointer);
  if (value !== undefined) return value;
  throw new ContractViolation(type, pointer, 'is hidden, and there was nothing before that it could be');
}

function hideSecrets(definition: MessageDefinition, data: Data): Data {
  const names = secretsOf(definition).filter((name) => Object.hasOwn(data, name) && data[name] !== null);
  return { ...data, ...Object.fromEntries(names.map((name) => [name, HIDDEN])) };
}

/** Secrets stand at the top of a schema. */
function secretsOf({ schema }: MessageDefinition): readonly string[] {
  return Object.entries(schema.properties)
    .filter(([, field]) => JSON.stringify(field).includes('"x-secret":true'))
    .map(([name]) => name);
}

/** What a JSON pointer (RFC 6901) leads to. */
function at(data: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? Reflect.get(value, name)
          : undefined,
      data,
    );
}

function isData(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
