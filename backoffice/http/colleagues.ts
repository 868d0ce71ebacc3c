// The employees as the pages of tickets name and offer them.
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { actorOf } from '../../shared-contracts/messages/actors.ts';
import type { SignedIn } from '../../shared-contracts/runtime/accounts/signed-in.ts';
import { isOutage } from '../../shared-contracts/runtime/outage.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import type { BackofficeSite } from './backoffice-site.ts';
import { inTime } from './in-time.ts';

export type Choice = { readonly value: string; readonly label: string };

/** More would not fit into a list to choose from. */
const MOST_OFFERED = 500;
/** A ticket can be worked without the names of colleagues. */
const LONGEST_WAIT_MS = 1500;

/** Who can be given tickets, by name. */
export async function colleagues({ readModels }: BackofficeSite): Promise<readonly Choice[]> {
  const employees = await readModels.collection(EMPLOYEES);
  const found = await employees
    .find({ active: true, roles: { $in: ['agent', 'admin'] } }, { projection: { name: 1 } })
    .sort({ name: 1, _id: 1 })
    .limit(MOST_OFFERED)
    .toArray();
  return found.map(({ _id, name }) => ({ value: _id, label: name }));
}

/** The same where a page must do without the read models: then it offers only who asks. */
export async function colleaguesOrMe(site: BackofficeSite, me: SignedIn) {
  try {
    return { offered: await inTime(colleagues(site), LONGEST_WAIT_MS), complete: true };
  } catch (error) {
    if (!(error instanceof Error && (isOutage(error) || error instanceof PageError))) throw error;
    return { offered: [{ value: me.employeeId, label: me.name }], complete: false };
  }
}

/** Names of employees from their own streams, by id. */
export async function namesOf(
  { accounts }: BackofficeSite,
  employeeIds: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const employeeId of new Set(employeeIds)) {
    names.set(employeeId, await accounts.nameOf(actorOf({ employeeId })));
  }
  return names;
}
