// Employees sign in: what is let in, what is not, and what becomes of a session; on a real store, over HTTP.
import t, { type Test } from 'tap';
import { eventually } from './testing/eventually.ts';
import { PASSWORD, registerEmployee, type StaffSiteOptions, startStaffSite } from './testing/staff-site.ts';
import { openTestStore } from './testing/test-store.ts';
import { type Page, Visitor } from './testing/visitor.ts';

const REFUSED = /^This address and password do not fit\./;
const TOO_OFTEN = /^There were too many tries with this address\./;
const HOUR = 3_600_000;

/** A site with an operator and somebody in front of it, whose clock can be stopped and put forward. */
async function open(t: Test, options: StaffSiteOptions = {}) {
  const store = await openTestStore(t);
  const clock: { ahead: number; stopped?: number } = { ahead: 0 };
  const now = () => (clock.stopped ?? Date.now()) + clock.ahead;
  const olga = await registerEmployee(store, 'olga@example.org', ['operator']);
  const site = await startStaffSite(t, store, { now, ...options });
  const visitor = new Visitor(site.url, olga.account);
  const stranger = new Visitor(site.url, null);
  const tryAs = async (email: string, password: string, who = stranger) => {
    const page = await who.submit(await who.open('/sign-in'), '/sign-in', { email, password });
    return { status: page.status, said: problemOn(page), page };
  };
  return { store, clock, now, olga, ...site, visitor, stranger, tryAs };
}

const problemOn = (page: Page) => page.document.querySelector('[role="alert"]')?.textContent;
const headingOf = (page: Page) => page.document.querySelector('h1')?.textContent;

t.test('who signs in goes on to where they wanted to, and out again', async (t) => {
  const { visitor, stranger } = await open(t);
  const asked = await stranger.open('/notes?page=2');
  t.equal(new URL(asked.url).pathname, '/sign-in');
  t.equal(new URL(asked.url).searchParams.get('to'), '/notes?page=2');

  const notes = await visitor.open('/notes?page=2');
  t.match(notes.url, /\/notes\?page=2$/);
  t.match(notes.text, 'Olga');
  const out = await visitor.submit(notes, '/sign-out');
  t.match(out.text, 'You are signed out.');
  t.equal(headingOf(await new Visitor(new URL(out.url).origin, null).open('/')), 'Sign in');
  t.strictSame(
    [...visitor.cookies.keys()].filter((name) => name.includes('session')),
    [],
  );
});

t.test('the cookie is for the server only, and cannot be read or made by others', async (t) => {
  const { app, olga, url, visitor } = await open(t);
  await visitor.open('/');
  const token = visitor.cookies.get('deskstream-staff-session') ?? '';
  const [header = ''] = token.split('.');
  t.strictSame(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'dir', enc: 'A256GCM' });
  t.notMatch(Buffer.from(token, 'base64url').toString('latin1'), olga.employeeId);

  const cookiesOf = async (site: typeof app) => {
    const page = await site.inject('/sign-in');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const commandId = /name="commandId" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const cookie = page.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
    const body = new URLSearchParams({ ...olga.account, _csrf: csrf, commandId });
    const answer = await site.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: body.toString(),
    });
    t.equal(answer.statusCode, 303);
    const found = answer.cookies.find(({ name }) => name.endsWith('staff-session'));
    return found && { ...found, value: undefined };
  };
  const plain = { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 8 * 3600, value: undefined };
  t.strictSame(await cookiesOf(app), { name: 'deskstream-staff-session', ...plain });
  const tls = await open(t, { secureCookies: true });
  t.strictSame(await cookiesOf(tls.app), {
    name: '__Host-deskstream-staff-session',
    ...plain,
    secure: true,
  });

  const thief = new Visitor(url, null);
  for (const forged of [
    '',
    'x',
    `${token.slice(0, -4)}AAAA`,
    [header, ...token.split('.').slice(2)].join('.'),
  ]) {
    thief.cookies.set('deskstream-staff-session', forged);
    t.equal(headingOf(await thief.open('/')), 'Sign in');
  }
});

t.test('one sign-in serves all sites; another role sees a page that says so', async (t) => {
  const { store, url, visitor, now } = await open(t);
  const other = await startStaffSite(t, store, { site: 'backoffice', now });
  await visitor.open('/');
  const there = new Visitor(other.url, null);
  for (const [name, value] of visitor.cookies) there.cookies.set(name, value);
  t.equal(headingOf(await there.open('/')), 'Notes');

  const { account } = await registerEmployee(store, 'anna@example.org', ['analyst']);
  const anna = await new Visitor(url, account).open('/');
  t.equal(anna.status, 403);
  t.match(anna.text, 'Your account has no right to this page or action.');
  t.match(anna.text, 'Sign out');

  const agent = new Visitor(url, (await registerEmployee(store, 'greg@example.org', ['agent'])).account);
  const notes = await agent.open('/');
  t.equal(headingOf(notes), 'Notes', 'an agent may look');
  t.equal((await agent.submit(notes, '/notes', { text: 'Mine.' })).status, 403);
});

t.test('nobody learns whether there is an account', async (t) => {
  const { store, tryAs, olga } = await open(t);
  const gone = await registerEmployee(store, 'gone@example.org', ['operator']);
  await gone.give({ type: 'DeactivateEmployee', by: null });
  await registerEmployee(store, 'late@example.org', ['operator'], new Date(Date.now() - 1000).toISOString());
  const cases = [
    [olga.account.email, 'another password'],
    ['nobody@example.org', PASSWORD],
    ['gone@example.org', PASSWORD],
    ['late@example.org', PASSWORD],
  ] as const;
  for (const [email, password] of cases) {
    const begun = performance.now();
    const { status, said } = await tryAs(email, password);
    t.equal(status, 401, email);
    t.match(said, REFUSED, email);
    t.ok(performance.now() - begun >= 400, `${email}: it takes as long`);
  }
  t.equal((await tryAs('Olga@Example.org ', PASSWORD)).status, 200, 'capitals and spaces do not matter');
});

t.test('guessing is slowed down, with an account or without, and by whatever site', async (t) => {
  const { store, clock, now, tryAs, olga } = await open(t);
  clock.stopped = Date.now();
  for (const email of [olga.account.email, 'nobody@example.org']) {
    const answers = [];
    for (let count = 0; count < 7; count += 1) answers.push((await tryAs(email, 'a wrong guess')).status);
    t.strictSame(answers, [401, 401, 401, 401, 401, 429, 429], email);
    t.match((await tryAs(email, PASSWORD)).said, TOO_OFTEN, 'the right one does not help now');
  }
  const { email } = olga.account;
  const restarted = await startStaffSite(t, store, { site: 'backoffice', now });
  const elsewhere = new Visitor(restarted.url, null);
  t.match((await tryAs(email, PASSWORD, elsewhere)).said, TOO_OFTEN, 'nor does another site, or a restart');

  clock.ahead += 2500;
  t.match((await tryAs(email, 'a wrong guess')).said, REFUSED, 'one more try after the wait');
  clock.ahead += 2500;
  t.match((await tryAs(email, PASSWORD)).said, TOO_OFTEN, 'and the next wait is longer');
  clock.ahead += 5 * 60_000;
  t.equal((await tryAs(email, PASSWORD)).status, 200, 'five minutes are always enough');
});

t.test('guesses at the same moment do not come past it', async (t) => {
  const { olga, url } = await open(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const visitor = new Visitor(url, null);
      const typed = { email: olga.account.email, password: 'a wrong guess' };
      return (await visitor.submit(await visitor.open('/sign-in'), '/sign-in', typed)).status;
    }),
  );
  t.ok(answers.filter((status) => status === 401).length <= 5);
  t.strictSame(
    answers.filter((status) => status !== 401 && status !== 429),
    [],
  );
});

t.test('one network address tries no more than so many accounts a minute', async (t) => {
  const { url, stranger } = await open(t);
  const page = await stranger.open('/sign-in');
  const statuses = await Promise.all(
    Array.from({ length: 35 }, async (_, index) => {
      const typed = { email: `guess${index}@example.org`, password: 'a wrong guess' };
      return (await stranger.submit(page, '/sign-in', typed)).status;
    }),
  );
  t.equal(statuses.filter((status) => status === 429).length, 5);
  const refused = await stranger.submit(page, '/sign-in', { email: 'x@example.org', password: PASSWORD });
  t.match(refused.text, 'Too many sign-ins were tried from here. Wait a minute, then try again.');
  t.equal((await fetch(`${url}/health/live`)).status, 200);
});

t.test('signing in never leads to another site', async (t) => {
  const { olga, url } = await open(t);
  const elsewhere = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/sign-in?to=/sign-in',
    `/${'x'.repeat(3000)}`,
  ];
  for (const to of elsewhere) {
    const visitor = new Visitor(url, null);
    const form = await visitor.open(`/sign-in?to=${encodeURIComponent(to)}`);
    const typed = await visitor.submit(form, '/sign-in', { ...olga.account });
    t.equal(typed.url, `${url}/`, to);
    const other = new Visitor(url, null);
    const page = await other.open('/sign-in');
    const answer = await other.submit(page, '/sign-in', { ...olga.account, to: to.slice(0, 2000) });
    t.equal(new URL(answer.url).origin, url, to);
  }
});

t.test('what ends a session ends it within five seconds', async (t) => {
  const { store, url } = await open(t);
  const ended = async (
    name: string,
    end: (who: Awaited<ReturnType<typeof registerEmployee>>) => Promise<void>,
  ) => {
    const somebody = await registerEmployee(store, `${name}@example.org`, ['operator']);
    const visitor = new Visitor(url, null);
    await visitor.submit(await visitor.open('/sign-in'), '/sign-in', somebody.account);
    t.equal(headingOf(await visitor.open('/')), 'Notes', name);
    await end(somebody);
    await eventually(name, async () => headingOf(await visitor.open('/')) !== 'Notes', 5000);
    return visitor;
  };
  await Promise.all([
    ended('deactivated', ({ give }) => give({ type: 'DeactivateEmployee', by: null })),
    ended('signed-out', ({ give }) => give({ type: 'SignOutEverywhere' })),
    ended('other-role', async ({ give }) => {
      await give({ type: 'ChangeRoles', roles: ['analyst'], by: null });
    }),
    ended('new-password', ({ give }) =>
      give({
        type: 'SetPassword',
        passwordHash: '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YQ',
        temporaryUntil: null,
      }),
    ),
  ]);
});

t.test('a session ends when it is not used for eight hours, and after a week in any case', async (t) => {
  const { visitor, clock, olga, url } = await open(t);
  const idle = new Visitor(url, null);
  await idle.submit(await idle.open('/sign-in'), '/sign-in', olga.account);
  await visitor.open('/');
  const used = new Visitor(url, null);
  for (const [name, value] of visitor.cookies) used.cookies.set(name, value);
  for (let hours = 0; hours < 7 * 24 - 7; hours += 7) {
    clock.ahead += 7 * HOUR;
    if (hours === 0) t.equal(headingOf(await used.open('/')), 'Notes');
    else t.equal(headingOf(await used.open('/')), 'Notes', `after ${hours + 7} hours`);
  }
  t.equal(headingOf(await idle.open('/')), 'Sign in');
  clock.ahead += 7 * HOUR;
  t.equal(headingOf(await used.open('/')), 'Sign in', 'a week is over');
});

t.test('a temporary password opens nothing but the page where it is changed', async (t) => {
  const { store, url, sent } = await open(t);
  const until = new Date(Date.now() + HOUR).toISOString();
  const { account } = await registerEmployee(store, 'tess@example.org', ['operator'], until);
  const visitor = new Visitor(url, account);
  let page = await visitor.open('/notes');
  t.match(page.url, /\/account$/);
  t.match(page.text, 'You have a temporary password. Choose one of your own to go on.');
  t.match((await visitor.open('/notes')).url, /\/account$/);
  const [, body] = visitor.read(page, '/sign-out-everywhere');
  body.set('text', 'Too early.');
  t.equal((await visitor.send(page, '/notes', body)).status, 403);
  t.strictSame(sent, []);

  const elsewhere = new Visitor(url, account);
  await elsewhere.open('/');
  const change = (current: string, password: string) =>
    visitor.submit(page, '/account/password', { current, password });
  const errorOf = (answer: Page) =>
    [answer.status, answer.document.querySelector('.field-error')?.textContent] as const;
  t.strictSame(errorOf(await change(PASSWORD, 'short')), [400, 'Take at least 10 characters; this has 5.']);
  t.strictSame(errorOf(await change(PASSWORD, 'tess@example.org')), [
    400,
    'Take one that is not your name or address.',
  ]);
  t.strictSame(errorOf(await change(PASSWORD, PASSWORD)), [400, 'Take another one than before.']);
  t.strictSame(errorOf(await change('not this one', 'a louder harbour')), [
    400,
    'This is not the password that you have now.',
  ]);
  page = await change(PASSWORD, 'a louder harbour');
  t.match(page.text, 'Your password is changed.');
  t.equal(headingOf(await visitor.open('/')), 'Notes', 'whoever changed it stays');
  await eventually('the other browser is out', async () => {
    const other = await elsewhere.open('/sign-in');
    return new URL(other.url).pathname === '/sign-in';
  });
  const again = new Visitor(url, { ...account, password: 'a louder harbour' });
  t.equal(headingOf(await again.open('/')), 'Notes');
});

t.test('what was typed while the session ended is not lost, and not done', async (t) => {
  const { visitor, sent } = await open(t);
  const page = await visitor.open('/');
  visitor.cookies.delete('deskstream-staff-session');
  const answer = await visitor.submit(page, '/notes', { text: 'A long & careful text.' });
  t.equal(answer.status, 401);
  t.match(answer.text, 'Please sign in first');
  t.match(answer.document.querySelector('dd.prose')?.innerHTML, 'A long &amp; careful text.');
  t.strictSame(sent, []);
});

t.test('a form of another site signs nobody in', async (t) => {
  const { url, olga } = await open(t);
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(olga.account).toString(),
  });
  t.equal(answer.status, 403);
  t.strictSame(
    answer.headers.getSetCookie().filter((cookie) => cookie.includes('session')),
    [],
  );
});

t.test('as long as there is no administrator, the page says how to make one', async (t) => {
  const { stranger } = await open(t);
  t.match((await stranger.open('/sign-in')).text, 'npm run ops -- admin you@example.org');
});
