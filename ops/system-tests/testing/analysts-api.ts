// The API of the analysts’ site in this process, on embedded nodes: with the documents of generated tickets and of failed
// messages, and an analyst who has made a token.
import { answerBrokenUrl } from '../../../projections/http/api/answer-problems.ts';
import { API_LIMITS, type ApiLimits } from '../../../projections/http/api/contract/limits.ts';
import { registerApi } from '../../../projections/http/api/register-api.ts';
import { startFigures } from '../../../projections/http/figures/start-figures.ts';
import { ANALYSTS_ROLES, registerPages } from '../../../projections/http/register-pages.ts';
import { FAILED_MESSAGES } from '../../../shared-contracts/documents/failed-message-document.ts';
import { collectionName } from '../../../shared-contracts/documents/read-model.ts';
import { TICKET_METRICS } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { createReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { requireSignIn } from '../../../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { startTestNode } from '../../embedded/mongodb/testing/start-node.ts';
import { createAnalystsServer } from './analysts-server.ts';
import { generateTickets } from './generated-tickets.ts';
import { openApiClient } from './openapi-client.ts';
import { registerEmployee } from './staff-site.ts';
import { TEST_SECRETS } from './test-secrets.ts';
import { openTestStore, type Teardown } from './test-store.ts';
import { Visitor } from './visitor.ts';

const SECONDS = 1000;
const DAY_MS = 86_400_000;

/** Those whose documents there are; a test appends the streams that it reads. */
export const TICKETS = generateTickets(60, new Date('2026-10-01T00:00:00Z'), 40);

/** Two each day, so that some are as old as others. */
export const FAILURES = Array.from({ length: 7 }, (_, index) => ({
  ...FAILED_MESSAGES.example,
  _id: `customer.notifications:${deterministicId('failed', String(index))}`,
  firstFailedAt: new Date(Date.parse('2026-11-20T10:00:00Z') + Math.floor(index / 2) * DAY_MS),
}));

/** A token as they are made, but none that was. */
export const NOBODY_HAS = 'dsk_'.padEnd(68, 'A');

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** It ends with the test. */
export async function startAnalystsApi(t: Teardown) {
  const { url: database } = await startTestNode(t);
  const readModels = createReadModels(`${database}/test`, 'test');
  t.teardown(() => readModels.close());
  const store = await openTestStore(t);
  let clock = new Date('2026-11-23T12:00:00Z').getTime();
  const now = () => new Date(clock);

  const metrics = readModels.db.collection<(typeof TICKET_METRICS)['example']>(
    collectionName(TICKET_METRICS),
  );
  for (const { keys, options } of TICKET_METRICS.indexes) await metrics.createIndex(keys, options);
  await metrics.insertMany(TICKETS.map(({ document }) => document));
  await readModels.db
    .collection<(typeof FAILED_MESSAGES)['example']>(collectionName(FAILED_MESSAGES))
    .insertMany(FAILURES);

  /** A site on the same store and documents. @returns its address. */
  const startSite = async (limits: ApiLimits): Promise<string> => {
    const app = await createAnalystsServer({ answerBrokenUrl });
    const signIn = { site: 'analysts', store, secrets: TEST_SECRETS, secureCookies: false } as const;
    const accounts = await requireSignIn(app, { ...signIn, roles: ANALYSTS_ROLES, now: () => clock });
    const freshness = { shown: async () => ({ catchingUp: false, behind: undefined }) };
    const figuresFor = startFigures({ app, store, readModels, now });
    const site = { app, store, readModels, now, freshness, figuresFor };
    registerPages(site);
    registerApi({ ...site, accounts, url: 'http://127.0.0.1' }, limits);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    t.teardown(() => app.close());
    return url;
  };
  const url = await startSite(API_LIMITS);
  const employee = await registerEmployee(store, 'dmitri@example.org', ['analyst']);
  const analyst = new Visitor(url, employee.account);
  const token = await makeToken(analyst, 'Weekly');
  const answer = await fetch(`${url}/api/v1/openapi.json`, { headers: bearer(token) });
  const document: unknown = await answer.json();
  /** Asks by the document. */
  const clientWith = (its: string, at = url) => openApiClient(document, bearer(its), at);

  return {
    store,
    metrics,
    url,
    startSite,
    /** The analyst as they were registered, and as they visit the site. */
    employee,
    analyst,
    token,
    document,
    clientWith,
    client: clientWith(token),
    now,
    pass: (ms: number) => {
      clock += ms;
    },
    /** What was read before is asked for again. */
    forget: () => {
      clock += 3 * SECONDS;
    },
  };
}

/** Makes a token by the form. @returns the token, or the text of the page where it was refused. */
export async function makeToken(
  visitor: Visitor,
  name: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const page = await visitor.submit(await visitor.open('/tokens'), '/tokens', { name, ...more });
  return page.document.querySelector('.flash-done code')?.text ?? page.text;
}
