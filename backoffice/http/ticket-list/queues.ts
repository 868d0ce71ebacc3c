// The queues that lists of tickets are divided into, and how they read.

export const QUEUES = ['mine', 'unassigned', 'waiting', 'all'] as const;
export type Queue = (typeof QUEUES)[number];

export const QUEUE_LABELS: Record<Queue, string> = {
  mine: 'My work',
  unassigned: 'Unassigned',
  waiting: 'Waiting for the customer',
  all: 'All',
};

type Empty = { readonly text: string; readonly hint: string; readonly href: string; readonly label: string };

/** What is said where a queue holds nothing, and where to go from there. */
export const EMPTY: Record<Queue, Empty> = {
  mine: {
    text: 'You have nothing to do.',
    hint: 'Take a ticket that nobody looks after yet.',
    href: '/tickets?queue=unassigned',
    label: 'See the unassigned tickets',
  },
  unassigned: {
    text: 'Every open ticket has somebody who looks after it.',
    hint: 'New reports of customers appear here.',
    href: '/tickets?queue=mine',
    label: 'Go to your work',
  },
  waiting: {
    text: 'No ticket waits for a customer.',
    hint: 'Tickets come here when you ask the customer something and wait for the answer.',
    href: '/tickets?queue=mine',
    label: 'Go to your work',
  },
  all: {
    text: 'There are no tickets yet.',
    hint: 'Tickets come from the reports of customers, or are prepared by hand.',
    href: '/tickets/new',
    label: 'Prepare a ticket',
  },
};
