import type { Static, TObject } from 'typebox';
import { CodedError } from '../errors/coded-error.ts';
import type { MessageDefinition } from './define-message.ts';

/** Data that does not keep its contract. It cannot pass by trying again, so a handler's message is parked at once. */
export class ContractViolation extends CodedError {
  readonly messageType: string;
  /** JSON pointer of the first field that is wrong, for example `/email`; empty for the whole. */
  readonly field: string;

  constructor(messageType: string, field: string, sentence: string, code = 'contract-violation') {
    super(code, `${messageType}${field === '' ? '' : ` ${field}`}: ${sentence}`);
    this.messageType = messageType;
    this.field = field;
  }
}

/**
 * What a newer version wrote, and this one cannot read: its type, or the version of its contract. It waits for the update;
 * what is decided or kept without it would be decided on half the truth.
 */
export class NewerVersion extends ContractViolation {
  constructor(messageType: string, sentence: string) {
    super(messageType, '', `${sentence}; update the service, then replay`, 'newer-version');
  }
}

/**
 * Brings data of any known version up to today's and validates it.
 *
 * @throws NewerVersion when the version is newer than ours.
 * @throws ContractViolation when a field is missing or wrong. The error names the field and the rule, never the value, which
 *   may be personal.
 */
export function decodeMessage<Type extends string, Schema extends TObject>(
  definition: MessageDefinition<Type, Schema>,
  data: unknown,
  version: number,
): { readonly type: Type; readonly data: Readonly<Static<Schema>> } {
  return validMessage(definition, upcast(definition, data, version));
}

/** @throws ContractViolation when a field of today's version is missing or wrong. */
export function validMessage<Type extends string, Schema extends TObject>(
  definition: MessageDefinition<Type, Schema>,
  data: unknown,
): { readonly type: Type; readonly data: Readonly<Static<Schema>> } {
  const result = definition.validate(data);
  if (result.ok) return { type: definition.type, data: result.data };
  throw new ContractViolation(definition.type, result.field, result.rule);
}

/** Brings data of any known version up to today's, unchecked. @throws ContractViolation when there is no way. */
export function upcast(definition: MessageDefinition, data: unknown, version: number): unknown {
  if (version > definition.version) {
    throw new NewerVersion(
      definition.type,
      `version ${version} is newer than the version ${definition.version} that this service knows`,
    );
  }
  if (!Number.isInteger(version)) throw notUpToDate(definition, version);
  let current = data;
  for (let from = version; from < definition.version; from += 1) {
    const step = definition.upcasters[from];
    if (step === undefined || !isRecord(current)) throw notUpToDate(definition, from);
    current = step(current);
  }
  return current;
}

function notUpToDate({ type }: MessageDefinition, version: number): ContractViolation {
  return new ContractViolation(type, '', `version ${version} cannot be brought up to date`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
