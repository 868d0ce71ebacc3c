// Who did something, as `actor` in the metadata of a message says it.

/** The `actor` of what an employee does. */
export function actorOf({ employeeId }: { readonly employeeId: string }): string {
  return `employee:${employeeId}`;
}

/** The id of the employee who is an `actor`; undefined where it is none. */
export function employeeOf(actor: string): string | undefined {
  return actor.startsWith('employee:') ? actor.slice('employee:'.length) : undefined;
}
