import { join } from 'node:path';
import t from 'tap';
import { accessTable } from '../../shared-contracts/runtime/testing/access-table.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { BACKOFFICE_ROLES, registerPages } from './register-pages.ts';

const AGENTS = 'agent admin';
const SIGNED_IN = 'agent operator analyst admin';

t.test('every route of the back office, and who may use it', async (t) => {
  const pages = join(import.meta.dirname, '..', 'pages');
  const table = await accessTable(t, pages, BACKOFFICE_ROLES, (app, accounts) =>
    registerPages({
      app,
      accounts,
      store: neverCalled('the store'),
      readModels: neverCalled('the read models'),
      hashing: neverCalled('hashing'),
      employeeIds: neverCalled('ids'),
      temporaryPasswords: new Uint8Array(32),
      live: () => {
        throw new Error('Nothing is followed.');
      },
      changes: neverCalled('the changes'),
    }),
  );
  t.strictSame(table, {
    'GET /sign-in': 'everybody',
    'POST /sign-in': 'everybody',
    'POST /sign-out': 'everybody',
    'GET /account': SIGNED_IN,
    'POST /account/password': SIGNED_IN,
    'POST /account/sign-out-everywhere': SIGNED_IN,
    'GET /': AGENTS,
    'GET /tickets': AGENTS,
    'GET /tickets/new': AGENTS,
    'POST /tickets': AGENTS,
    'POST /tickets/change': AGENTS,
    'GET /tickets/:ticketId': AGENTS,
    'GET /tickets/:ticketId/live': AGENTS,
    'POST /tickets/:ticketId/assign': AGENTS,
    'POST /tickets/:ticketId/start': AGENTS,
    'POST /tickets/:ticketId/report': AGENTS,
    'POST /tickets/:ticketId/resolve': AGENTS,
    'POST /tickets/:ticketId/reopen': AGENTS,
    'POST /tickets/:ticketId/reply': AGENTS,
    'POST /tickets/:ticketId/wait': AGENTS,
    'POST /tickets/:ticketId/note': AGENTS,
    'POST /tickets/:ticketId/cancel': AGENTS,
    'POST /tickets/:ticketId/unassign': AGENTS,
    'POST /tickets/:ticketId/priority': AGENTS,
    'POST /tickets/:ticketId/tag': AGENTS,
    'POST /tickets/:ticketId/untag': AGENTS,
    'GET /employees': 'admin',
    'POST /employees': 'admin',
    'POST /employees/:employeeId/reset-password': 'admin',
    'POST /employees/:employeeId/activate': 'admin',
    'POST /employees/:employeeId/deactivate': 'admin',
    'POST /employees/:employeeId/sign-out': 'admin',
    'POST /employees/:employeeId/roles': 'admin',
  });
});
