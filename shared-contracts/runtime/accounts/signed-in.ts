import type { Role } from '../../messages/fields.ts';

/** An employee in front of a site. */
export type SignedIn = {
  readonly employeeId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly epoch: number;
  /** The password is a temporary one: nothing can be done before it is changed. */
  readonly mustChangePassword: boolean;
};

/** Whether somebody with these roles has one of those that are asked for; an administrator has them all. */
export function hasRole(roles: readonly Role[], wanted: readonly Role[]): boolean {
  return roles.includes('admin') || wanted.some((role) => roles.includes(role));
}
