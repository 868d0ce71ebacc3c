// When a session ends, and what becomes of what was typed in it.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { headingOf, openSite } from './testing/open-site.ts';
import { registerEmployee } from './testing/staff-site.ts';
import { Visitor } from './testing/visitor.ts';

const HOUR = 3_600_000;

t.test('what ends a session ends it within five seconds', async (t) => {
  const { store, url } = await openSite(t);
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
  const { visitor, clock, olga, url } = await openSite(t);
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

t.test('what was typed while the session ended is not lost, and not done', async (t) => {
  const { visitor, sent } = await openSite(t);
  const page = await visitor.open('/');
  visitor.cookies.delete('deskstream-staff-session');
  const answer = await visitor.submit(page, '/notes', { text: 'A long & careful text.' });
  t.equal(answer.status, 401);
  t.match(answer.text, 'Please sign in first');
  t.match(answer.document.querySelector('dd.prose')?.innerHTML, 'A long &amp; careful text.');
  t.strictSame(sent, []);

  const account = await visitor.open('/account');
  visitor.cookies.delete('deskstream-staff-session');
  const passwords = { currentPassword: 'a calm harbour', password: 'a louder harbour' };
  const secret = await visitor.submit(account, '/account/password', passwords);
  t.equal(secret.status, 401);
  t.notMatch(secret.text, 'harbour', 'but no password is shown');
});

t.test('who signs out leaves no open form behind that the next one in this browser could send', async (t) => {
  const { store, url, visitor, sent } = await openSite(t);
  const left = await visitor.open('/');
  t.equal(headingOf(await visitor.submit(left, '/sign-out')), 'Sign in');
  const { account } = await registerEmployee(store, 'next@example.org', ['operator']);
  const next = new Visitor(url, account);
  for (const [name, value] of visitor.cookies) next.cookies.set(name, value);
  t.equal(headingOf(await next.open('/')), 'Notes');
  t.equal((await next.submit(left, '/notes', { text: 'In whose name?' })).status, 403);
  t.strictSame(sent, []);
});
