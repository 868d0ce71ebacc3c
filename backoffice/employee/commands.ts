export type RegisterEmployee = {
  readonly type: 'RegisterEmployee';
  readonly commandId: string;
  readonly employeeId: string;
  readonly name: string;
  readonly email: string;
};

type ById<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly employeeId: string;
};

export type ActivateEmployee = ById<'ActivateEmployee'>;
export type DeactivateEmployee = ById<'DeactivateEmployee'>;
export type EmployeeCommand = RegisterEmployee | ActivateEmployee | DeactivateEmployee;
