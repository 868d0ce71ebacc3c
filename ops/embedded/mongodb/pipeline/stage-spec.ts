import { CommandError } from '../errors.ts';
import { isDoc, numberOf } from '../values/value.ts';

/** A stage as it was sent: its name and its argument. */
export type StageSpec = { readonly name: string; readonly argument: unknown };

export function parseStages(pipeline: unknown): StageSpec[] {
  if (!Array.isArray(pipeline)) throw new CommandError(14, "'pipeline' option must be specified as an array");
  return pipeline.map((stage) => {
    const entries = isDoc(stage) ? Object.entries(stage) : [];
    const [entry] = entries;
    if (!entry || entries.length !== 1) {
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    return { name: entry[0], argument: entry[1] };
  });
}

/** The operand of `$limit` and `$skip`. */
export function stageCount({ name, argument }: StageSpec): number {
  const count = numberOf(argument);
  const least = name === '$limit' ? 1 : 0;
  if (count === undefined || !Number.isInteger(count) || count < least) {
    throw new CommandError(15958, `the ${name} stage takes a whole number from ${least} up`);
  }
  return count;
}
