import { join } from 'node:path';
import t from 'tap';
import { accessTable } from '../../shared-contracts/runtime/testing/access-table.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { ANALYSTS_ROLES, registerPages } from './register-pages.ts';

const ANALYSTS = 'analyst admin';
const SIGNED_IN = 'agent operator analyst admin';

t.test("every route of the analysts' site, and who may use it", async (t) => {
  const table = await accessTable(t, join(import.meta.dirname, 'pages'), ANALYSTS_ROLES, (app) =>
    registerPages({
      app,
      store: neverCalled('the store'),
      readModels: neverCalled('the read models'),
      freshness: neverCalled('how fresh they are'),
      now: () => new Date(),
    }),
  );
  t.strictSame(table, {
    'GET /sign-in': 'everybody',
    'POST /sign-in': 'everybody',
    'POST /sign-out': 'everybody',
    'GET /account': SIGNED_IN,
    'POST /account/password': SIGNED_IN,
    'POST /account/sign-out-everywhere': SIGNED_IN,
    'GET /': ANALYSTS,
    'GET /charts/:name': ANALYSTS,
    'GET /tickets': ANALYSTS,
    'GET /failures': ANALYSTS,
    'GET /export/:file': ANALYSTS,
    'GET /tickets/:ticketId': ANALYSTS,
    'GET /collections': ANALYSTS,
    'GET /events': ANALYSTS,
  });
});
