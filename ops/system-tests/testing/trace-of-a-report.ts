// The trace of the report that the tour tells of, whose confirmation fails at first.

/** Every span that a report leads to by itself, and the replay of its confirmation, which an operator asked for. */
export const TREE_OF_A_REPORT = [
  'customer SERVER POST /issues',
  '  customer INTERNAL ReportIssue',
  '    customer PRODUCER append issue-{id}',
  '      customer CONSUMER process customer.addresses',
  '        customer INTERNAL FileIssue',
  '          customer PRODUCER append address-{id}',
  '      customer CONSUMER process customer.integration',
  '        customer PRODUCER publish backoffice.inbox',
  '          backoffice CONSUMER consume backoffice.inbox',
  '            backoffice PRODUCER append inbox-backoffice-{id}',
  '              backoffice CONSUMER process backoffice.inbox',
  '                backoffice INTERNAL PrepareTicket',
  '                  backoffice PRODUCER append ticket-{id}',
  '                    backoffice CONSUMER process backoffice.integration',
  '                      backoffice PRODUCER publish customer.inbox',
  '                        customer CONSUMER consume customer.inbox',
  '                          customer PRODUCER append inbox-customer-{id}',
  '                            customer CONSUMER process customer.inbox',
  '                              customer INTERNAL RecordProgress',
  '                                customer PRODUCER append issue-{id}',
  '                                  customer CONSUMER process customer.notifications',
  '                                  projections CONSUMER process projections.issues',
  '                    projections CONSUMER process projections.ticket-details',
  '                    projections CONSUMER process projections.ticket-metrics',
  '                    projections CONSUMER process projections.tickets',
  '      customer CONSUMER process customer.notifications #2 → failed attempt: process customer.notifications (ERROR) → request: elsewhere',
  '        customer CLIENT send mail',
  '        customer PRODUCER append failures-customer.notifications',
  '          projections CONSUMER process projections.failed-messages',
  '        customer PRODUCER append notification-{id}',
  '      customer CONSUMER process customer.notifications (ERROR) !exception',
  '        customer PRODUCER append failures-customer.notifications',
  '          projections CONSUMER process projections.failed-messages',
  '      projections CONSUMER process projections.issues',
];

/** What the report's own events led to in the read models: no other events come with them. */
export const WRITES_OF_A_REPORT = [
  'process projections.issues: CLIENT issues',
  'process projections.issues: CLIENT issues',
  'process projections.ticket-details: CLIENT ticket_details',
  'process projections.ticket-metrics: CLIENT ticket_metrics',
  'process projections.tickets: CLIENT tickets',
];
