import { join } from 'node:path';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { FreshnessTeller } from '../../shared-contracts/runtime/read-models/freshness.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { accessTable } from '../../shared-contracts/runtime/testing/access-table.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { registerApi } from './api/register-api.ts';
import { ANALYSTS_ROLES, registerPages } from './register-pages.ts';

const ANALYSTS = 'analyst admin';
const SIGNED_IN = 'agent operator analyst admin';

t.test("every route of the analysts' site, and who may use it", async (t) => {
  const table = await accessTable(
    t,
    join(import.meta.dirname, '..', 'pages'),
    ANALYSTS_ROLES,
    (app, accounts) => {
      const site = {
        app,
        store: neverCalled<EventStore>('the store'),
        readModels: neverCalled<ReadModels>('the read models'),
        freshness: neverCalled<FreshnessTeller>('how fresh they are'),
        figuresFor: () => {
          throw new Error('Figures were asked for.');
        },
        now: () => new Date(),
      };
      registerPages(site);
      registerApi({ ...site, accounts, url: 'http://127.0.0.1' });
    },
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
    'GET /tokens': ANALYSTS,
    'POST /tokens': ANALYSTS,
    'POST /tokens/:tokenId/revoke': ANALYSTS,
    'GET /api': ANALYSTS,
    'GET /api/v1/tickets': ANALYSTS,
    'GET /api/v1/tickets/:ticketId': ANALYSTS,
    'GET /api/v1/figures': ANALYSTS,
    'GET /api/v1/failures': ANALYSTS,
    'GET /api/v1/collections': ANALYSTS,
    'GET /api/v1/events': ANALYSTS,
    'GET /api/v1/openapi.json': ANALYSTS,
  });
});
