// The feed of events in the API: in order and from any position, masked unless granted, followed live as long as its token works.
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { bearer, makeToken, startAnalystsApi, TICKETS } from './testing/analysts-api.ts';
import { type FeedLine, linesIn, problemOf } from './testing/api-answers.ts';
import { appendTickets } from './testing/append-generated.ts';
import { eventually } from './testing/eventually.ts';
import { registerEmployee } from './testing/staff-site.ts';
import { Visitor } from './testing/visitor.ts';

t.test('the feed of the API', async (t) => {
  const { store, url, analyst, client, clientWith, now, forget } = await startAnalystsApi(t);
  const grace = await registerEmployee(store, 'grace@example.org', ['analyst', 'agent']);
  const granted = { personalData: 'true' };
  const trusted = clientWith(await makeToken(new Visitor(url, grace.account), 'Everything', granted));
  for (const ticket of TICKETS.slice(0, 4)) await appendTickets(store, [ticket]);

  await t.test('in order, from any position, masked unless granted', async (t) => {
    const linesOf = async (given: Record<string, string>, by = client) =>
      linesIn((await by.ask('readEvents', given)).body).filter(isTold);
    const wanted = TICKETS.slice(0, 4).flatMap(({ id, happened }) =>
      happened.map(({ event }, revision) => [streamOf.ticket(id), revision, event.type]),
    );
    const all = await linesOf({});
    t.strictSame(all.at(-1), { caughtUp: true, position: all.at(-1)?.position });
    const events = all.slice(0, -1);
    t.strictSame(
      events.map(({ stream, revision, type }) => [stream, revision, type]),
      wanted,
    );
    const position = String(events[1]?.position);
    t.strictSame(await linesOf({ after: position }), all.slice(2));
    t.strictSame((await linesOf({ type: 'TicketPrepared' })).length, 5);
    t.strictSame(
      (await linesOf({ until: String(events[3]?.created) })).at(-1)?.caughtUp,
      true,
      'it says that the end of what was asked for is reached',
    );
    const [masked] = await linesOf({});
    const [clear] = await linesOf({ personal: 'yes' }, trusted);
    t.strictSame(
      [masked, clear].map((line) => Reflect.get(Object(line?.data), 'customerName')),
      ['[masked]', 'Kim'],
    );
  });

  await t.test('where nothing comes that was asked for it tells how far it has looked', async (t) => {
    const id = deterministicId('somebody', '1');
    for (let batch = 0; batch < 3; batch += 1) {
      await store.collect(
        streamOf.signIns(id),
        Array.from({ length: 500 }, (_, index) => ({
          id: deterministicId(id, batch, index),
          event: { type: 'SignInTried', data: { employeeId: id, site: 'console' } },
          metadata: {
            ...{ $correlationId: id, $causationId: id },
            actor: 'system:test',
            occurredAt: now().toISOString(),
          },
        })),
      );
    }
    const lines = linesIn((await client.ask('readEvents', { category: 'issue' })).body);
    const [far, end] = [lines.at(-2), lines.at(-1)];
    t.strictSame([far, end], [{ position: far?.position }, { caughtUp: true, position: end?.position }]);
    t.ok(commitOf(end) > commitOf(far) && commitOf(far) > 0n);
    for (const after of [String(far?.position), String(end?.position)]) {
      const rest = linesIn((await client.ask('readEvents', { category: 'issue', after })).body);
      t.strictSame(rest.at(-1), end, 'and it goes on from there');
    }
    const skipped = linesIn((await client.ask('readEvents', { type: 'MessageParked' })).body);
    t.strictSame(skipped.at(-1), end);
  });

  await t.test('followed live, three at a time, until the token is revoked', async (t) => {
    const live = await makeToken(analyst, 'Live');
    const follower = clientWith(live);
    const after = String(linesIn((await client.ask('readEvents')).body).at(-1)?.position);
    const feeds = [0, 1, 2].map(() => follower.follow('readEvents', { after, follow: 'yes' }));
    for (const feed of feeds) t.match(await nextTold(feed), { caughtUp: true });
    const fourth = await follower.ask('readEvents');
    t.strictSame([fourth.status, Reflect.get(Object(fourth.body), 'code')], [429, 'too-many-feeds']);
    const ticket = TICKETS[4];
    if (ticket === undefined) throw new Error('There are too few tickets.');
    await appendTickets(store, [ticket]);
    for (const feed of feeds) {
      t.match(await nextTold(feed), { stream: streamOf.ticket(ticket.id), revision: 0 });
    }
    await feeds[2]?.return(undefined);
    await eventually(
      'another feed may be read',
      async () => (await follower.ask('readEvents')).status === 200,
    );
    await revoke(analyst, 'Live');
    forget();
    for (const feed of feeds.slice(0, 2)) {
      let count = 0;
      for await (const _line of feed) count += 1;
      t.ok(count >= ticket.happened.length - 1, 'the feed has ended');
    }
    t.strictSame(await problemOf(`${url}/api/v1/events`, bearer(live)), [
      401,
      'token-revoked',
      'Bearer realm="deskstream"',
    ]);
  });
});

/** Positions alone are told by the clock, too. */
function isTold(line: unknown): boolean {
  return Object.keys(Object(line)).join() !== 'position';
}

async function nextTold(feed: AsyncGenerator<unknown>): Promise<unknown> {
  for (;;) {
    const { value, done } = await feed.next();
    if (done || isTold(value)) return value;
  }
}

function commitOf(line: FeedLine | undefined): bigint {
  return BigInt(String(line?.position).split('-')[0] ?? '0');
}

async function revoke(visitor: Visitor, name: string): Promise<void> {
  const page = await visitor.open('/tokens');
  const row = page.document.querySelectorAll('tbody tr').find((each) => each.text.includes(name));
  await visitor.submit(page, row?.querySelector('form')?.getAttribute('action') ?? 'none');
}
