import type { Role } from '../../messages/fields.ts';

/** How roles read on pages. */
export const ROLE_LABELS: Record<Role, string> = {
  agent: 'Agent',
  operator: 'Operator',
  analyst: 'Analyst',
  admin: 'Administrator',
};
