import type { Role } from '../messages/fields.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';

/** One employee as lists and choices need it. */
export type EmployeeDocument = RevisionedDocument & {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly active: boolean;
  readonly registeredAt: Date;
};

export const EMPLOYEES: ReadModel<EmployeeDocument> = {
  name: 'employees',
  version: 1,
  meaning: 'An employee.',
  fields: {
    _id: 'Id of the employee.',
    revision: 'Revision of the last event of `employee-{_id}` that the document has taken in.',
    name: 'Name, as colleagues know it.',
    email: 'E-mail address.',
    roles: 'What the employee may do: `agent`, `operator`, `analyst`, `admin`.',
    active: 'Whether the employee can be given tickets.',
    registeredAt: 'When the employee was registered.',
  },
  personal: ['name', 'email'],
  indexes: [{ keys: { name: 1, _id: 1 }, options: { name: 'by_name' } }],
  example: {
    _id: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    revision: 0,
    name: 'Ada Osei',
    email: 'ada@example.org',
    roles: ['agent'],
    active: true,
    registeredAt: new Date('2026-11-22T09:00:00Z'),
  },
};
