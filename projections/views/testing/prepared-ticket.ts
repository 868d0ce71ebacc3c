/** What is told of a ticket when it is prepared. */
export const PREPARED = {
  issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
  customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
  customerName: 'Kim',
  subject: 'Blank pages',
  kind: 'problem',
  text: 'Every second page.',
} as const;

/** Two employees. */
export const ADA = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
export const BEN = '7a1c4f5e-6d0b-4b0e-8a53-3a2b1c0d9e8f';
