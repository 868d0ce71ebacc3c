import type { Link } from '../../shared-contracts/runtime/web/locals.ts';

/** What stands at the head of every page. */
export const NAVIGATION: readonly Link[] = [
  { href: '/', label: 'Overview' },
  { href: '/streams', label: 'Streams' },
  { href: '/read-models', label: 'Read models' },
  { href: '/audit', label: 'Audit' },
  { href: '/health', label: 'Health' },
];
