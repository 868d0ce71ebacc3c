// Employees sign in: what is let in, what is not; on a real store, over HTTP.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { headingOf, openSite } from './testing/open-site.ts';
import { PASSWORD, registerEmployee, startStaffSite } from './testing/staff-site.ts';
import { type Page, Visitor } from './testing/visitor.ts';

const HOUR = 3_600_000;

t.test('who signs in goes on to where they wanted to, and out again', async (t) => {
  const { visitor, stranger } = await openSite(t);
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
  const { app, olga, url, visitor } = await openSite(t);
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
  const tls = await openSite(t, { secureCookies: true });
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
  const { store, url, visitor, now } = await openSite(t);
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

t.test('signing in never leads to another site', async (t) => {
  const { olga, url } = await openSite(t);
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

t.test('a temporary password opens nothing but the page where it is changed', async (t) => {
  const { store, url, sent } = await openSite(t);
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
  const change = (currentPassword: string, password: string) =>
    visitor.submit(page, '/account/password', { currentPassword, password });
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

t.test('a form of another site signs nobody in', async (t) => {
  const { url, olga } = await openSite(t);
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
  const { stranger } = await openSite(t);
  t.match((await stranger.open('/sign-in')).text, 'npm run ops -- admin you@example.org');
});
