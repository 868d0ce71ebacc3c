// The plan as people read it, before it is carried out.
import { DEFAULTS, streamPlans, USER_PLANS } from './access-plan.ts';

export function describePlan(): readonly string[] {
  const users = USER_PLANS.flatMap(({ name, purpose, groups, broker, mongo, needs }) => [
    `${name}: ${purpose}`,
    `  ${needs}`,
    `  event store: ${groups.length === 0 ? 'no group' : `in the group ${groups.join(', ')}`}`,
    `  RabbitMQ:    ${broker === undefined ? 'no user' : `configure ${broker.configure} write ${broker.write} read ${broker.read}`}`,
    `  MongoDB:     ${mongo ?? 'no user'}`,
    '',
  ]);
  const lists = streamPlans().map(({ stream, acl, why }) => `${stream}: ${said(acl)}\n  ${why}`);
  const defaults = Object.entries(DEFAULTS).map(([kind, acl]) => `${kind}: ${said(acl)}`);
  return [
    'Users',
    '',
    ...users,
    'Access lists of the event store',
    '',
    ...lists,
    '',
    'Its defaults ($settings)',
    '',
    ...defaults,
  ];
}

const WORDS = { $r: 'read', $w: 'write', $d: 'delete', $mr: 'read metadata', $mw: 'write metadata' } as const;

function said(acl: Readonly<Partial<Record<keyof typeof WORDS, readonly string[]>>>): string {
  return (['$r', '$w', '$d', '$mr', '$mw'] as const)
    .flatMap((key) => (acl[key] === undefined ? [] : [`${WORDS[key]} ${acl[key].join(', ')}`]))
    .join('; ');
}
