import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';

/** Turns the data of one version into the data of the next. Must be pure: it runs at every read. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** Valid data, or the first field that is wrong (a JSON pointer, empty for the whole) and the rule it breaks. */
export type Validated<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly field: string; readonly rule: string };

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
  /** Validates data of today's version; compiled on first use, so that importing a contract costs nothing. */
  readonly validate: (data: unknown) => Validated<Static<Schema>>;
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
  definition: Omit<MessageDefinition<Type, Schema>, 'validate' | 'upcasters' | 'version'> & {
    version?: number;
    upcasters?: Readonly<Record<number, Upcaster>>;
  },
): MessageDefinition<Type, Schema> {
  const compile = () => Compile(definition.schema);
  let compiled: ReturnType<typeof compile> | undefined;
  return {
    ...definition,
    version: definition.version ?? 1,
    upcasters: definition.upcasters ?? {},
    validate: (data) => {
      const validator = compiled ?? compile();
      compiled = validator;
      if (validator.Check(data)) return { ok: true, data };
      const [first] = validator.Errors(data);
      if (first === undefined) return { ok: false, field: '', rule: 'is not valid' };
      if (first.keyword === 'required') {
        const missing = first.params.requiredProperties[0] ?? '';
        return { ok: false, field: `${first.instancePath}/${missing}`, rule: 'is missing' };
      }
      return { ok: false, field: first.instancePath, rule: first.message };
    },
  };
}

/** Makes the check that a decoded message is one of these; its data was validated by the same definition. */
export function isOneOf<const Definitions extends readonly MessageDefinition[]>(definitions: Definitions) {
  const types = new Set<string>(definitions.map((definition) => definition.type));
  return (message: AnyMessage): message is AnyMessage & MessageOf<Definitions[number]> =>
    types.has(message.type);
}
