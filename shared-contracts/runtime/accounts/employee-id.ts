import { deterministicId } from '../ids.ts';
import { createAddressHash } from '../personal/address-hash.ts';
import type { Secrets } from '../secrets.ts';

/** The id of the employee with an address, whether there is one or not. */
export type EmployeeIds = (email: string) => string;

/**
 * An employee's id is made from a keyed hash of the address: the address alone finds the stream, without an index that could
 * be down or behind, and nobody can be registered twice. See ops/decisions/accounts.md.
 */
export function createEmployeeIds(secrets: Secrets): EmployeeIds {
  const hash = createAddressHash(secrets.key('addresses'));
  return (email) => deterministicId('employee', hash(email));
}
