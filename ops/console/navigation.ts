import type { Link } from '../../shared-contracts/runtime/web/locals.ts';
import { CONSOLE_ROLES } from './register-pages.ts';

/** The parts of the console, as the header of every page shows them. */
export const NAVIGATION: readonly Link[] = [
  { href: '/', label: 'Overview', roles: CONSOLE_ROLES.read },
  { href: '/failed', label: 'Failed messages', roles: CONSOLE_ROLES.read },
  { href: '/replays', label: 'Replays', roles: CONSOLE_ROLES.read },
  { href: '/streams', label: 'Streams', roles: CONSOLE_ROLES.read },
  { href: '/read-models', label: 'Read models', roles: CONSOLE_ROLES.read },
  { href: '/audit', label: 'Audit', roles: CONSOLE_ROLES.read },
  { href: '/health', label: 'Health', roles: CONSOLE_ROLES.read },
  { href: '/erasures', label: 'Erasures', roles: ['admin'] },
];
