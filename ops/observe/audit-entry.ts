// Who did what when: the events that are somebody's deed, and what they say in a sentence. Pure.
import type { EventMetadata } from '../../shared-contracts/messages/metadata.ts';
import { plural } from '../../shared-contracts/runtime/plural.ts';

export const AUDIT_KINDS = ['recovery', 'operations', 'sign-ins', 'accounts'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const AUDIT_LABELS: Readonly<Record<AuditKind, string>> = {
  recovery: 'Failed messages',
  operations: 'Operations',
  'sign-ins': 'Sign-ins',
  accounts: 'Accounts',
};

type Facts = Readonly<Record<string, unknown>>;

type Audited = {
  readonly kind: AuditKind;
  /** In the past tense, without who did it. */
  readonly tell: (data: Facts) => string;
};

/** Every event type that is told, whatever stream it stands in. */
export const AUDITED: Readonly<Record<string, Audited>> = {
  ReplayStarted: {
    kind: 'recovery',
    tell: ({ group, total }) => `replayed ${plural(Number(total), 'message')} of ${group}`,
  },
  ReplayCancelled: { kind: 'recovery', tell: ({ group }) => `cancelled a replay in ${group}` },
  MessageDiscarded: {
    kind: 'recovery',
    tell: ({ group, origin, reason }) => `deleted ${originText(origin)} of ${group}: ${reason}`,
  },
  PersonalDataShown: {
    kind: 'recovery',
    tell: ({ group, origin }) => `looked at the personal data in ${originText(origin)} of ${group}`,
  },
  OperationRequested: {
    kind: 'operations',
    tell: ({ operation, target }) => `asked to ${operation} ${target}`,
  },
  OperationCancelled: { kind: 'operations', tell: () => 'cancelled an operation' },
  SignInTried: { kind: 'sign-ins', tell: ({ site }) => `gave a password at ${siteText(site)}` },
  SignInSucceeded: { kind: 'sign-ins', tell: ({ site }) => `signed in at ${siteText(site)}` },
  FirstAdminNamed: { kind: 'accounts', tell: () => 'named the first administrator' },
  EmployeeRegistered: {
    kind: 'accounts',
    tell: ({ roles }) => `registered an employee as ${listed(roles)}`,
  },
  EmployeeRolesChanged: {
    kind: 'accounts',
    tell: ({ roles }) => `changed the roles of an employee to ${listed(roles)}`,
  },
  EmployeePasswordSet: {
    kind: 'accounts',
    tell: ({ temporaryUntil }) =>
      temporaryUntil === null ? 'set a password' : 'gave a temporary password to an employee',
  },
  EmployeeDeactivated: { kind: 'accounts', tell: () => 'deactivated an employee' },
  EmployeeActivated: { kind: 'accounts', tell: () => 'activated an employee again' },
  EmployeeSignedOutEverywhere: { kind: 'accounts', tell: () => 'ended every session of an employee' },
  AccessTokenMade: {
    kind: 'accounts',
    tell: ({ personalData, expiresAt }) =>
      `made an access token ${personalData === true ? 'for everything, personal data included,' : 'without personal data'} ` +
      (typeof expiresAt === 'string' ? `until ${expiresAt.slice(0, 10)}` : 'that does not run out'),
  },
  AccessTokenRevoked: { kind: 'accounts', tell: () => 'revoked an access token' },
};

/** One deed. */
export type AuditEntry = {
  readonly at: string;
  /** An `actor`: an employee, or who used the command line. */
  readonly who: string;
  readonly kind: AuditKind;
  readonly type: string;
  readonly what: string;
  /** Whom it was done to, where that is an employee. */
  readonly employeeId: string | undefined;
  readonly stream: string;
  readonly revision: number;
};

/** @returns undefined for an event that is nobody's deed. */
export function auditEntryOf(
  at: { readonly stream: string; readonly revision: number },
  type: string,
  data: Facts,
  metadata: EventMetadata,
): AuditEntry | undefined {
  const audited = Object.hasOwn(AUDITED, type) ? AUDITED[type] : undefined;
  if (audited === undefined) return undefined;
  const employeeId = typeof data.employeeId === 'string' ? data.employeeId : undefined;
  const by = typeof data.by === 'string' ? data.by : metadata.actor;
  const who = audited.kind === 'sign-ins' && employeeId !== undefined ? `employee:${employeeId}` : by;
  return {
    at: metadata.occurredAt,
    who,
    kind: audited.kind,
    type,
    what: audited.tell(data),
    employeeId,
    ...at,
  };
}

export type AuditFilter = {
  /** Part of who it was, as it is recorded or as they are called. */
  readonly who?: string;
  readonly kind?: AuditKind;
  readonly from?: Date;
  readonly to?: Date;
};

/** @param name how who did it is called today */
export function fitsAudit(
  entry: Pick<AuditEntry, 'at' | 'who' | 'kind'>,
  name: string,
  { who, kind, from, to }: AuditFilter,
): boolean {
  if (kind !== undefined && entry.kind !== kind) return false;
  const at = Date.parse(entry.at);
  if (from !== undefined && at < from.getTime()) return false;
  if (to !== undefined && at >= to.getTime()) return false;
  if (who === undefined) return true;
  return `${entry.who}\n${name}`.toLowerCase().includes(who.toLowerCase());
}

function originText(origin: unknown): string {
  if (typeof origin !== 'object' || origin === null) return 'a message';
  const { type, revision, stream }: Facts = { ...origin };
  return `${type} ${revision}@${stream}`;
}

function siteText(site: unknown): string {
  return site === 'backoffice'
    ? 'the back office'
    : site === 'analysts'
      ? "the analysts' site"
      : 'the console';
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.join(', ') : '';
}
