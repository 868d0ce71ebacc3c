import { sizeOf } from './element-size.ts';

/**
 * Which of the given top-level fields differ in two stored documents, by their bytes: what is not among them is the same,
 * and what depends on it need not be calculated again.
 */
export function changedFields(before: Buffer, after: Buffer, fields: ReadonlySet<string>): Set<string> {
  const old = rawFields(before, fields);
  const changed = new Set<string>();
  for (const [field, bytes] of rawFields(after, fields)) {
    if (!old.get(field)?.equals(bytes)) changed.add(field);
    old.delete(field);
  }
  for (const field of old.keys()) changed.add(field);
  return changed;
}

/** Elements of a document as they are stored: type, name and value. */
function rawFields(bytes: Buffer, fields: ReadonlySet<string>): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let position = 4;
  for (let type = bytes[position]; type && found.size < fields.size; type = bytes[position]) {
    const nameEnd = bytes.indexOf(0, position + 1);
    const name = bytes.toString('utf8', position + 1, nameEnd);
    const end = nameEnd + 1 + sizeOf(bytes, type, nameEnd + 1);
    if (fields.has(name)) found.set(name, bytes.subarray(position, end));
    position = end;
  }
  return found;
}
