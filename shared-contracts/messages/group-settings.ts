// What the store is told of each group beside its filter: the same from whoever makes it, its service or a setup.
import { GROUPS, type GroupDeclaration } from './names.ts';

export type GroupSettings = {
  /** Messages in flight in one instance. */
  readonly bufferSize: number;
  /** Counted up when the settings of the group change; an instance with a lower one leaves them alone. */
  readonly settingsVersion: number;
};

const READ_MODEL: GroupSettings = { bufferSize: 400, settingsVersion: 1 };

export const GROUP_SETTINGS = {
  customerNotifications: { bufferSize: 30, settingsVersion: 1 },
  customerIntegration: { bufferSize: 50, settingsVersion: 1 },
  customerInbox: { bufferSize: 50, settingsVersion: 1 },
  customerAddresses: { bufferSize: 50, settingsVersion: 1 },
  customerLinks: { bufferSize: 5, settingsVersion: 1 },
  backofficeInbox: { bufferSize: 50, settingsVersion: 1 },
  backofficeIntegration: { bufferSize: 50, settingsVersion: 1 },
  backofficeAssignments: { bufferSize: 50, settingsVersion: 1 },
  readModel: READ_MODEL,
  /** One operation at a time. */
  control: { bufferSize: 1, settingsVersion: 1 },
} as const satisfies Readonly<Record<string, GroupSettings>>;

const CONTROL: readonly GroupDeclaration[] = [
  GROUPS.customerControl,
  GROUPS.backofficeControl,
  GROUPS.projectionsControl,
];

/** @returns those of a read model's group where the group has none of its own. */
export function settingsOf({ name }: GroupDeclaration): GroupSettings {
  if (CONTROL.some((group) => group.name === name)) return GROUP_SETTINGS.control;
  const key = Object.entries(GROUPS).find(([, group]) => group.name === name)?.[0] ?? '';
  return Object.entries(GROUP_SETTINGS).find(([other]) => other === key)?.[1] ?? READ_MODEL;
}
