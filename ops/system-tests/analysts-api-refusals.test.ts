// What the API refuses of those who may ask: with a code and a sentence for what does not fit, and for asking too often.
import t from 'tap';
import { bearer, NOBODY_HAS, startAnalystsApi, TICKETS } from './testing/analysts-api.ts';
import { linesIn, problemOf, readPage } from './testing/api-answers.ts';
import { appendTickets } from './testing/append-generated.ts';

t.test('requests to the API that are refused', async (t) => {
  const { store, client, clientWith, token, startSite } = await startAnalystsApi(t);
  for (const ticket of TICKETS.slice(0, 4)) await appendTickets(store, [ticket]);

  await t.test('what does not fit is refused with a code and a sentence', async (t) => {
    const cursor = readPage((await client.ask('listTickets', { limit: 5 })).body).next ?? '';
    const failed = readPage((await client.ask('listFailures', { limit: 5 })).body).next ?? '';
    const position = String(linesIn((await client.ask('readEvents')).body).at(0)?.position);
    const [commit = ''] = position.split('-');
    const refused: [string, string, string, number?][] = [
      ['listTickets', 'colour=red', 'unknown-parameter'],
      ['listTickets', 'kind=problem&kind=question', 'repeated-parameter'],
      ['listTickets', 'kind=complaint', 'bad-parameter'],
      ['listTickets', 'tag[$ne]=x', 'unknown-parameter'],
      ['listTickets', 'agent=%24ne', 'bad-parameter'],
      ['listTickets', 'from=2026-02-30', 'bad-parameter'],
      ['listTickets', 'from=2026-11-02&to=2026-11-01', 'bad-span'],
      ['listTickets', 'limit=0', 'bad-parameter'],
      ['listTickets', 'limit=501', 'bad-parameter'],
      ['listTickets', 'limit=ten', 'bad-parameter'],
      ['listTickets', 'cursor=%2F', 'bad-parameter'],
      ['listTickets', 'cursor=nonsense', 'bad-cursor'],
      ['listTickets', `cursor=${cursor.slice(0, 20)}`, 'bad-cursor'],
      ['listTickets', `cursor=${cursor}&kind=problem`, 'cursor-of-other-filters'],
      ['listTickets', `cursor=${failed}`, 'cursor-of-other-filters'],
      ['listTickets', `access_token=${token}`, 'unknown-parameter'],
      ['listFailures', `cursor=${cursor}`, 'cursor-of-other-filters'],
      ['listFailures', 'what=all', 'bad-parameter'],
      ['listFailures', 'from=2026-11-02&to=2026-11-01', 'bad-span'],
      ['listFailures', 'group=%24', 'bad-parameter'],
      ['readFigures', 'from=1990-01-01', 'too-many-days'],
      ['readFigures', 'limit=5', 'unknown-parameter'],
      ['listCollections', 'page=2', 'unknown-parameter'],
      ['readTicket', 'at=noon', 'bad-parameter'],
      ['readTicket', 'at=2026-12-31T23:59:60Z', 'bad-parameter'],
      ['readTicket', '', 'ticket-unknown', 404],
      ['readEvents', 'after=7', 'bad-parameter'],
      ['readEvents', `after=${BigInt(commit) + 1n}-${BigInt(commit) + 1n}`, 'bad-position'],
      ['readEvents', 'after=999999999999-999999999999', 'bad-position'],
      ['readEvents', 'type=Unknown', 'bad-parameter'],
      ['readEvents', 'type=EmployeeRegistered', 'bad-parameter'],
      ['readEvents', 'category=key', 'bad-parameter'],
      ['readEvents', 'follow=maybe', 'bad-parameter'],
      ['readEvents', 'since=yesterday', 'bad-parameter'],
      ['readEvents', 'since=2026-11-02&until=2026-11-01', 'bad-span'],
      ['readEvents', 'personal=yes', 'personal-data-not-granted', 403],
      ['readEvents', 'offset=1', 'unknown-parameter'],
    ];
    const answers = [];
    for (const [id, query] of refused) {
      const given = id === 'readTicket' ? { ticketId: 'none' } : {};
      const { status, body } = await client.askAnything(id, query, given);
      answers.push([id, query, Reflect.get(Object(body), 'code'), status]);
      t.match(Reflect.get(Object(body), 'detail'), /^[A-Z“].*\.$/, `${id} ${query}`);
    }
    t.strictSame(
      answers,
      refused.map(([id, query, code, status = 400]) => [id, query, code, status]),
    );
  });

  await t.test('so often and no more', async (t) => {
    const strict = await startSite({ requestsPerMinute: 3, refusedPerMinute: 2, feedsPerCaller: 1 });
    const hasty = clientWith(token, strict);
    const left = [];
    for (const id of ['listTickets', 'listFailures', 'readDocument', 'listTickets']) {
      const { status, headers } = await hasty.ask(id);
      left.push([status, headers.get('x-ratelimit-remaining')]);
    }
    t.strictSame(left, [
      [200, '2'],
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    const refused = [];
    for (let index = 0; index < 3; index += 1) {
      refused.push((await problemOf(`${strict}/api/v1/tickets`, bearer(NOBODY_HAS))).slice(0, 2));
    }
    t.strictSame(refused, [
      [401, 'token-unknown'],
      [401, 'token-unknown'],
      [429, 'too-many-requests'],
    ]);
  });
});
