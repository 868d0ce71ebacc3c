import { join } from 'node:path';
import t from 'tap';
import { accessTable } from '../../shared-contracts/runtime/testing/access-table.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { CONSOLE_ROLES, registerPages } from './register-pages.ts';

const READERS = 'agent operator analyst admin';
const OPERATORS = 'operator admin';

t.test('every route of the console, and who may use it', async (t) => {
  const table = await accessTable(t, join(import.meta.dirname, 'pages'), CONSOLE_ROLES, (app) =>
    registerPages({
      app,
      recoveries: neverCalled('the recoveries'),
      observatory: {
        store: neverCalled('the store'),
        watch: neverCalled('the watch'),
        audit: neverCalled('the audit'),
        readModels: neverCalled('the read models'),
        checkHealth: neverCalled('health'),
      },
      tracesUrl: '',
      secrets: neverCalled('the secrets'),
      operatorOf: neverCalled('the operator'),
      nameOf: neverCalled('the name'),
      live: neverCalled('the live pages'),
      changes: neverCalled('the changes'),
    }),
  );
  t.strictSame(table, {
    'GET /sign-in': 'everybody',
    'POST /sign-in': 'everybody',
    'POST /sign-out': 'everybody',
    'GET /account': READERS,
    'POST /account/password': READERS,
    'POST /account/sign-out-everywhere': READERS,
    'GET /': READERS,
    'GET /live': READERS,
    'GET /failed': READERS,
    'GET /failed/live': READERS,
    'GET /failed/replay': OPERATORS,
    'GET /failed/discard': OPERATORS,
    'POST /failed/replay': OPERATORS,
    'POST /failed/discard': OPERATORS,
    'GET /failed/:group/:message': READERS,
    'GET /failed/:group/:message/live': READERS,
    'POST /failed/:group/:message/personal': OPERATORS,
    'GET /failed/:group/:message/edit': OPERATORS,
    'POST /failed/:group/:message/edit': OPERATORS,
    'GET /replays': READERS,
    'GET /replays/live': READERS,
    'GET /replays/:batch/live': READERS,
    'GET /replays/:batch': READERS,
    'POST /replays/:batch/cancel': OPERATORS,
    'POST /replays/:batch/resume': OPERATORS,
    'GET /streams': READERS,
    'GET /streams/event': READERS,
    'GET /conversations/:correlationId': READERS,
    'GET /read-models': READERS,
    'GET /read-models/live': READERS,
    'POST /read-models/rebuild': OPERATORS,
    'POST /read-models/:model/rebuild': OPERATORS,
    'POST /read-models/operations/:operationId/cancel': OPERATORS,
    'GET /audit': READERS,
    'GET /audit/export': READERS,
    'GET /health': READERS,
    'GET /erasures': 'admin',
    'POST /erasures': 'admin',
    'GET /erasures/:erasureId': 'admin',
    'GET /erasures/:erasureId/live': 'admin',
  });
});
