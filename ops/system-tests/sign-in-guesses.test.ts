// Who guesses at passwords learns nothing, and is slowed down.
import t from 'tap';
import { openSite } from './testing/open-site.ts';
import { PASSWORD, registerEmployee, startStaffSite } from './testing/staff-site.ts';
import { Visitor } from './testing/visitor.ts';

const REFUSED = /^This address and password do not fit\./;
const TOO_OFTEN = /^There were too many tries with this address\./;

t.test('nobody learns whether there is an account', async (t) => {
  const { store, tryAs, olga } = await openSite(t);
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
  const { store, clock, now, tryAs, olga } = await openSite(t);
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
  const { olga, url } = await openSite(t);
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
  const { url, stranger } = await openSite(t);
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
