import { join } from 'node:path';
import t from 'tap';
import { accessTable } from '../../shared-contracts/runtime/testing/access-table.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { ANALYSTS_ROLES, overviewPage } from './overview.ts';

const SIGNED_IN = 'agent operator analyst admin';

t.test("every route of the analysts' site, and who may use it", async (t) => {
  const table = await accessTable(t, join(import.meta.dirname, 'pages'), ANALYSTS_ROLES, (app) =>
    overviewPage(app, neverCalled('the read models'), neverCalled('how fresh they are')),
  );
  t.strictSame(table, {
    'GET /sign-in': 'everybody',
    'POST /sign-in': 'everybody',
    'POST /sign-out': 'everybody',
    'GET /account': SIGNED_IN,
    'POST /account/password': SIGNED_IN,
    'POST /account/sign-out-everywhere': SIGNED_IN,
    'GET /': 'analyst admin',
  });
});
