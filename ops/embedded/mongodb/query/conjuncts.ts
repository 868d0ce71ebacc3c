import { isRegex } from '../values/regex.ts';
import { type Doc, isDoc } from '../values/value.ts';

/** One thing that a filter asks of one path. */
export type Conjunct = { readonly path: string; readonly operator: string; readonly operand: unknown };

/** What a filter asks for, all of which must hold. */
export type Conjunction = {
  readonly conjuncts: readonly Conjunct[];
  /** The branches of each `$or`. */
  readonly alternatives: readonly (readonly Doc[])[];
  /** Whether the filter asks for nothing else. */
  readonly complete: boolean;
};

/** Takes a filter apart for planning. */
export function conjunctsOf(filter: Doc): Conjunction {
  const conjuncts: Conjunct[] = [];
  const alternatives: Doc[][] = [];
  let complete = true;
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$comment') continue;
    if (key === '$and' && Array.isArray(value)) {
      for (const branch of value) {
        const inner = conjunctsOf(isDoc(branch) ? branch : {});
        conjuncts.push(...inner.conjuncts);
        alternatives.push(...inner.alternatives.map((branches) => [...branches]));
        complete &&= inner.complete;
      }
    } else if (key === '$or' && Array.isArray(value)) alternatives.push(value.filter(isDoc));
    else if (key.startsWith('$')) complete = false;
    else conjuncts.push(...fieldConjuncts(key, value));
  }
  return { conjuncts, alternatives, complete };
}

function fieldConjuncts(path: string, value: unknown): Conjunct[] {
  if (!isDoc(value) || !Object.keys(value)[0]?.startsWith('$') || '$ref' in value) {
    return [{ path, operator: isRegex(value) ? '$regex' : '$eq', operand: value }];
  }
  if ('$options' in value) return [{ path, operator: 'other', operand: undefined }];
  return Object.entries(value).map(([operator, operand]) => ({ path, operator, operand }));
}
