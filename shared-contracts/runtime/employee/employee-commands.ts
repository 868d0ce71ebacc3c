import type { Role } from '../../messages/fields.ts';

type OfEmployee<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly employeeId: string;
};

/** A password as it is kept: hashed, and until when it opens anything if somebody else knows it, too. */
export type KeptPassword = {
  /** Argon2id, in the PHC string format. */
  readonly passwordHash: string;
  /** ISO time; null for a password of the employee's own choice. */
  readonly temporaryUntil: string | null;
};

export type RegisterEmployee = OfEmployee<'RegisterEmployee'> &
  KeptPassword & { readonly name: string; readonly email: string; readonly roles: readonly Role[] };

export type SetPassword = OfEmployee<'SetPassword'> & KeptPassword;

/** `by` is the employee who asks, null where that is nobody who can sign in (the command line). */
export type ChangeRoles = OfEmployee<'ChangeRoles'> & {
  readonly roles: readonly Role[];
  readonly by: string | null;
};
export type DeactivateEmployee = OfEmployee<'DeactivateEmployee'> & { readonly by: string | null };

export type ActivateEmployee = OfEmployee<'ActivateEmployee'>;
export type SignOutEverywhere = OfEmployee<'SignOutEverywhere'>;

export type EmployeeCommand =
  | RegisterEmployee
  | SetPassword
  | ChangeRoles
  | DeactivateEmployee
  | ActivateEmployee
  | SignOutEverywhere;
