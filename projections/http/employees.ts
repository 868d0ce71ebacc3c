// Employees for the analysts' pages: names behind ids, and the choices of a filter.
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';

const MOST_CHOICES = 500;
const MOST_NAMES = 2000;

/** The names behind some ids; null, for nobody, is passed over. Who is not known is called by a part of the id. */
export async function namesOf(
  readModels: ReadModels,
  ids: readonly (string | null)[],
): Promise<(id: string) => string> {
  const wanted = [...new Set(ids)].filter((id) => id !== null).slice(0, MOST_NAMES);
  const employees = await readModels.collection(EMPLOYEES);
  const found = await employees.find({ _id: { $in: wanted } }, { projection: { name: 1 } }).toArray();
  return nameIn(found);
}

/** Who may have tickets, by name, also those who are deactivated: they had tickets. */
export async function employeeChoices(
  readModels: ReadModels,
): Promise<readonly { readonly value: string; readonly label: string }[]> {
  const employees = await readModels.collection(EMPLOYEES);
  const found = await employees
    .find({ roles: { $in: ['agent', 'admin'] } }, { projection: { name: 1 } })
    .sort({ name: 1, _id: 1 })
    .limit(MOST_CHOICES)
    .toArray();
  return found.map(({ _id, name }) => ({ value: _id, label: name }));
}

/** Names of all employees, for what has no end of its own; beyond the limit an id stands for the name. */
export async function employeeNames(readModels: ReadModels): Promise<(id: string) => string> {
  const employees = await readModels.collection(EMPLOYEES);
  const found = await employees
    .find({}, { projection: { name: 1 } })
    .limit(MOST_NAMES)
    .toArray();
  return nameIn(found);
}

function nameIn(found: readonly { readonly _id: string; readonly name: string }[]): (id: string) => string {
  const names = new Map(found.map(({ _id, name }) => [_id, name]));
  return (id) => names.get(id) ?? `Employee ${id.slice(0, 8)}`;
}
