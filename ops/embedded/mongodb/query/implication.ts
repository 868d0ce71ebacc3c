import { typeOrder } from '../values/key-writer.ts';
import { compareValues, equalValues } from '../values/order.ts';
import { type Doc, isTrue } from '../values/value.ts';
import { type Conjunct, conjunctsOf } from './conjuncts.ts';

/** Whether every document that satisfies the conjuncts also satisfies the filter of a partial index. */
export function impliesPartial(conjuncts: readonly Conjunct[], partial: Doc): boolean {
  const wanted = conjunctsOf(partial);
  if (!wanted.complete || wanted.alternatives.length > 0) return false;
  return wanted.conjuncts.every((condition) =>
    conjuncts.some((known) => known.path === condition.path && implies(known, condition)),
  );
}

/** Whether the conjuncts can hold only for documents that have the field. */
export function mustExist(conjuncts: readonly Conjunct[], path: string): boolean {
  return conjuncts.some(
    (known) => known.path === path && implies(known, { path, operator: '$exists', operand: true }),
  );
}

function implies(known: Conjunct, wanted: Conjunct): boolean {
  if (known.operator === wanted.operator && equalValues(known.operand, wanted.operand)) return true;
  if (known.operator === '$in' && Array.isArray(known.operand)) {
    return known.operand.every((operand) => implies({ ...known, operator: '$eq', operand }, wanted));
  }
  switch (wanted.operator) {
    case '$exists':
      return isTrue(wanted.operand) && excludesMissing(known);
    case '$gt':
    case '$gte':
      return isBound(known, wanted, ['$gt', '$gte'], (order) => order > 0);
    case '$lt':
    case '$lte':
      return isBound(known, wanted, ['$lt', '$lte'], (order) => order < 0);
    default:
      return false;
  }
}

function excludesMissing({ operator, operand }: Conjunct): boolean {
  if (['$gt', '$gte', '$lt', '$lte', '$eq'].includes(operator))
    return operand !== null && operand !== undefined;
  return ['$regex', '$elemMatch', '$size', '$mod', '$type'].includes(operator);
}

/** Whether a known value or bound lies beyond the wanted bound. */
function isBound(
  known: Conjunct,
  wanted: Conjunct,
  operators: readonly string[],
  beyond: (order: number) => boolean,
): boolean {
  if (typeOrder(known.operand) !== typeOrder(wanted.operand)) return false;
  const order = compareValues(known.operand, wanted.operand);
  const touches = wanted.operator.endsWith('e');
  if (known.operator === '$eq')
    return !Array.isArray(known.operand) && (beyond(order) || (order === 0 && touches));
  if (!operators.includes(known.operator)) return false;
  return beyond(order) || (order === 0 && (touches || !known.operator.endsWith('e')));
}
