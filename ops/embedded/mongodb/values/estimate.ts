import { isDoc } from './value.ts';

/** About how many bytes a value takes in memory; good enough for limits. */
export function estimateBytes(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + estimateBytes(element), 32);
  if (!isDoc(value)) return 48;
  let sum = 32;
  for (const field of Object.keys(value)) sum += 16 + estimateBytes(value[field]);
  return sum;
}
