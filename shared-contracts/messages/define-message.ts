import type { Static, TObject } from 'typebox';
import { type PersonalFields, personalFieldsOf } from './personal-fields.ts';
import { type Validated, validatorOf } from './validator.ts';

/**
 * Turns the data of one version into the data of the next. Must be pure: it runs at every read. Personal fields are clear;
 * those of an erased subject are the text `[erased]`, whatever they were before.
 */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The one definition of an event or message: static type, validation, upcasting and documentation come from it. */
export type MessageDefinition<Type extends string = string, Schema extends TObject = TObject> = {
  readonly type: Type;
  /** Version that is written today. */
  readonly version: number;
  /** One line for the catalogue. */
  readonly meaning: string;
  readonly schema: Schema;
  readonly example: Static<Schema>;
  /** `upcasters[n]` turns version n into version n + 1; there is one for every version below today's. */
  readonly upcasters: Readonly<Record<number, Upcaster>>;
  /** Validates data of today's version. */
  readonly validate: (data: unknown) => Validated<Static<Schema>>;
  /** Finds the fields that are marked as personal in data of today's version. */
  readonly personal: PersonalFields;
};

/** The value that a definition describes: `{ type, data }`. */
export type MessageOf<Definition> =
  Definition extends MessageDefinition<infer Type, infer Schema>
    ? { readonly type: Type; readonly data: Readonly<Static<Schema>> }
    : never;

/** Any message, where its contract does not matter. */
export type AnyMessage = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

/** Defines an event or an integration message. */
export function defineMessage<const Type extends string, const Schema extends TObject>(
  definition: Omit<MessageDefinition<Type, Schema>, 'validate' | 'personal' | 'upcasters' | 'version'> & {
    version?: number;
    upcasters?: Readonly<Record<number, Upcaster>>;
  },
): MessageDefinition<Type, Schema> {
  return {
    ...definition,
    version: definition.version ?? 1,
    upcasters: definition.upcasters ?? {},
    validate: validatorOf(definition.schema),
    personal: personalFieldsOf(definition.schema),
  };
}

/** Makes the check that a decoded message is one of these; its data was validated by the same definition. */
export function isOneOf<const Definitions extends readonly MessageDefinition[]>(definitions: Definitions) {
  const types = new Set<string>(definitions.map((definition) => definition.type));
  return (message: AnyMessage): message is AnyMessage & MessageOf<Definitions[number]> =>
    types.has(message.type);
}
