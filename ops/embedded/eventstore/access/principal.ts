/** Who calls, with the groups that they belong to. */
export type Principal = { readonly username: string; readonly groups: readonly string[] };

/** The group that may do everything, and the one that may run the node but not read what is stored. */
export const ADMINS = '$admins';
export const OPERATORS = '$ops';
/** In an access list: everybody who has signed in. */
export const EVERYBODY = '$all';

/** Whom everybody is without TLS, as in the real server's insecure mode. */
export const SYSTEM: Principal = { username: 'system', groups: [ADMINS] };
export const ANONYMOUS: Principal = { username: 'anonymous', groups: [] };

/** Whether an access list names them. Administrators need not be named. */
export function isNamed(principal: Principal, roles: readonly string[]): boolean {
  const { username, groups } = principal;
  return (
    groups.includes(ADMINS) ||
    roles.some((role) => role === EVERYBODY || role === username || groups.includes(role))
  );
}
