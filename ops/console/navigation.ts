import type { Link } from '../../shared-contracts/runtime/web/locals.ts';

/** The parts of the console, as the header of every page shows them. */
export const NAVIGATION: readonly Link[] = [
  { href: '/', label: 'Overview' },
  { href: '/failed', label: 'Failed messages' },
  { href: '/replays', label: 'Replays' },
  { href: '/streams', label: 'Streams' },
  { href: '/read-models', label: 'Read models' },
  { href: '/audit', label: 'Audit' },
  { href: '/health', label: 'Health' },
];
