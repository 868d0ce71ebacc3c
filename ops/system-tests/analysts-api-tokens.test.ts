// Tokens for the API: shown once and kept by their hash, they open it for as long as whoever made them may do what they are for.
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { bearer, makeToken, NOBODY_HAS, startAnalystsApi } from './testing/analysts-api.ts';
import { problemOf } from './testing/api-answers.ts';
import { registerEmployee } from './testing/staff-site.ts';
import { cookiesOf, Visitor } from './testing/visitor.ts';

const DAY_MS = 86_400_000;

t.test('tokens for the API', async (t) => {
  const { store, url, employee, analyst, token, pass, forget } = await startAnalystsApi(t);
  const ada = await registerEmployee(store, 'ada@example.org', ['agent']);
  const grace = await registerEmployee(store, 'grace@example.org', ['analyst', 'agent']);
  const agent = new Visitor(url, grace.account);
  const allowed = await makeToken(agent, 'Everything', { personalData: 'true' });

  await t.test('a token is shown once, and kept by its hash', async (t) => {
    t.match(token, /^dsk_[\w-]{64}$/);
    const page = await analyst.open('/tokens');
    t.notMatch(page.document.toString(), token.slice(30));
    t.match(page.text, /Weekly Works Masked/);
    const kept = [];
    for await (const { event } of store.client.readStream(streamOf.tokens(employee.employeeId)))
      kept.push(JSON.stringify([event?.data, event?.metadata]));
    t.equal(kept.length, 1);
    t.notMatch(kept.join(), token.slice(-43));
    const form = analyst.read(page, '/tokens', { name: 'Twice' });
    t.match((await analyst.send(page, ...form)).text, 'Your token. It is shown here only');
    t.match((await analyst.send(page, ...form)).text, 'This form made a token already');
    t.match(await makeToken(analyst, 'Twice'), 'You have a token of this name.');
    t.match(await makeToken(analyst, ''), 'Say what the token is for.');
    t.match(await makeToken(analyst, 'Old', { lastDay: '2026-11-22' }), 'This day is over already.');
    t.match(
      await makeToken(analyst, 'More', { personalData: 'true' }),
      'Personal data is for those who are also agents.',
    );
  });

  await t.test('who may not gets no further, and is told why as JSON', async (t) => {
    const realm = 'Bearer realm="deskstream"';
    const tickets = `${url}/api/v1/tickets`;
    const html = { accept: 'text/html' };
    const other = await makeToken(agent, 'Short', { lastDay: '2026-11-24' });
    t.strictSame(
      [
        await problemOf(tickets, html),
        await problemOf(tickets, { authorization: 'Basic YTpi' }),
        await problemOf(tickets, bearer('nonsense')),
        await problemOf(tickets, bearer(NOBODY_HAS)),
        await problemOf(tickets, bearer(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)),
        await problemOf(`${url}/api/v1/nothing`, html),
        await problemOf(`${url}/api/v2`, html),
        await problemOf(`${url}/api/v1/%zz`, html),
        await problemOf(`${url}/api/v1/tickets/%E0%A4%A`, html),
        (await problemOf(tickets, bearer(other))).slice(0, 1),
      ],
      [
        [401, 'token-missing', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [404, 'no-such-path', null],
        [404, 'no-such-path', null],
        [400, 'bad-request', null],
        [400, 'bad-request', null],
        [200],
      ],
    );
    const posted = await fetch(tickets, { method: 'POST', headers: bearer(token), body: '{}' });
    t.match([posted.ok, posted.headers.get('content-type')], [false, /^application\/problem\+json/]);

    const visitor = new Visitor(url, ada.account);
    await visitor.open('/account');
    t.strictSame(await problemOf(tickets, { cookie: cookiesOf(visitor) }), [403, 'not-an-analyst', null]);
    const goodCookie = { cookie: cookiesOf(analyst), ...bearer(NOBODY_HAS) };
    t.strictSame(
      await problemOf(tickets, goodCookie),
      [401, 'token-unknown', realm],
      'the token counts alone',
    );

    pass(2 * DAY_MS);
    t.strictSame(await problemOf(tickets, bearer(other)), [401, 'token-expired', realm]);
    t.strictSame(
      (await problemOf(`${url}/api/v1/events?personal=yes&until=2020-01-01`, bearer(allowed))).slice(0, 1),
      [200],
    );
    await grace.give({ type: 'ChangeRoles', roles: ['analyst'], by: null });
    forget();
    t.strictSame(
      await problemOf(`${url}/api/v1/events?personal=yes`, bearer(allowed)),
      [403, 'personal-data-not-granted', null],
      'a grant holds as long as its maker may do it',
    );
    await grace.give({ type: 'ChangeRoles', roles: ['agent'], by: null });
    forget();
    t.strictSame(await problemOf(tickets, bearer(allowed)), [403, 'not-an-analyst', null]);
    await employee.give({ type: 'DeactivateEmployee', by: null });
    forget();
    t.strictSame(await problemOf(tickets, bearer(token)), [403, 'not-an-analyst', null]);
  });
});
