// The API of the analysts’ site is what its OpenAPI document and its page say: asked by a client that is made from the document
// and lets nothing undocumented pass.
import t from 'tap';
import { PROBLEMS } from '../../projections/http/problem-codes.ts';
import { startAnalystsApi, TICKETS } from './testing/analysts-api.ts';
import { appendTickets } from './testing/append-generated.ts';
import { cookiesOf } from './testing/visitor.ts';

t.test('the API of the analysts’ site and its document', async (t) => {
  const { store, url, document, client, analyst } = await startAnalystsApi(t);

  await t.test('every operation answers what is documented', async (t) => {
    t.strictSame(client.operations, [
      'listTickets',
      'readTicket',
      'readFigures',
      'listFailures',
      'listCollections',
      'readEvents',
      'readDocument',
    ]);
    const given = new Map([['readTicket', { ticketId: TICKETS[0]?.id ?? '' }]]);
    for (const ticket of TICKETS.slice(0, 4)) await appendTickets(store, [ticket]);
    for (const id of client.operations) {
      const { status, headers } = await client.ask(id, given.get(id) ?? {});
      t.strictSame([id, status, headers.get('cache-control')], [id, 200, 'no-store']);
    }
    const shown = await fetch(`${url}/api/v1/openapi.json`, { headers: { cookie: cookiesOf(analyst) } });
    t.strictSame(await shown.json(), document, 'who is signed in needs no token');
  });

  await t.test('the document hangs together', async (t) => {
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    const schemas = Object.keys(
      Object(Reflect.get(Object(Reflect.get(Object(document), 'components')), 'schemas')),
    );
    t.strictSame([...references].sort(), schemas, 'every reference leads somewhere, and nothing is unused');
    t.notOk(/mustBe|x-personal/.test(text), 'words of ours stay with us');
    t.equal(new Set(client.operations).size, client.operations.length);
    for (const id of client.operations) {
      const { path, parameters } = client.about(id);
      const inPath = parameters.filter(({ in: where }) => where === 'path');
      t.strictSame(
        inPath.map(({ name, required }) => [name, required]),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, true]),
        id,
      );
    }
  });

  await t.test('the page tells what the document tells', async (t) => {
    const page = (await analyst.open('/api')).document;
    const idsOf = (selector: string) => page.querySelectorAll(selector).map(({ id }) => id);
    t.strictSame(idsOf('h2').slice(0, -2), client.operations);
    t.strictSame(idsOf('tr[id]'), Object.keys(PROBLEMS));
    const [first] = page.querySelectorAll('pre').map(({ text }) => text);
    t.match(first, '"http://127.0.0.1/api/v1/tickets?kind=problem&open=yes&limit=50"');
  });
});
