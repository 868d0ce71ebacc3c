import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';

/** Valid data, or the first field that is wrong (a JSON pointer, empty for the whole) and the rule it breaks. */
export type Validated<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly field: string; readonly rule: string };

/** Makes the check of a schema; compiled on first use, so that importing a contract costs nothing. */
export function validatorOf<const Schema extends TObject>(
  schema: Schema,
): (data: unknown) => Validated<Static<Schema>> {
  const compile = () => Compile(schema);
  let compiled: ReturnType<typeof compile> | undefined;
  return (data) => {
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
  };
}
