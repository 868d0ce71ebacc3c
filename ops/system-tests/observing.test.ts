// What operators see of a running system: the console's pages that only look, and the commands that do the same. One system
// for all of it; later parts find what earlier ones did.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import t from 'tap';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';
import { findBarriers, noBrowser, openBrowser } from '../embedded/shared/testing/browser.ts';
import { eventually } from './testing/eventually.ts';
import { depthOf, linkOn, rowOf } from './testing/on-console-pages.ts';
import { type CommandRun, parsedLines, runCommand } from './testing/run-command.ts';
import { cookiesOf, Visitor } from './testing/visitor.ts';
import { startWholeSystem, type WholeSystem } from './testing/whole-system.ts';

const ISSUE = {
  email: 'kim.okoro@example.org',
  name: 'Kim Okoro',
  kind: 'problem',
  subject: 'The printer prints blank pages',
  text: 'Every second page is blank.',
};

t.test('operators see what happens', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-'));
  let whole: WholeSystem | undefined;
  let browser: Browser | undefined;
  t.teardown(async () => {
    await browser?.close();
    await whole?.end();
    await rm(dataDir, { recursive: true, force: true });
  });
  whole = await startWholeSystem({}, dataDir);
  const { system } = whole;
  const { urls } = system;
  const customer = new Visitor(urls.customer, null);
  const operator = new Visitor(urls.console, {
    email: DEMO_ACCOUNTS.operator.email,
    password: DEMO_PASSWORD,
  });
  const report = async () => customer.submit(await customer.open('/'), '/issues', ISSUE);
  const env = {
    ...{ PATH: process.env.PATH, DESKSTREAM_DATA_DIR: dataDir },
    ...{ EVENTSTORE_URL: urls.eventstore, MONGO_URL: urls.mongo, AMQP_URL: urls.amqp, SMTP_URL: urls.smtp },
    ...{ DESKSTREAM_CUSTOMER_URL: urls.customer, DESKSTREAM_BACKOFFICE_URL: urls.backoffice },
    DESKSTREAM_ANALYSTS_URL: urls.analysts,
  };
  const ops = (args: readonly string[], other: Readonly<Record<string, string>> = {}) =>
    runCommand(args, { ...env, ...other });

  await report();

  await t.test('the overview tells how groups get on, and whether anything needs a person', async (t) => {
    const page = await eventually('it has failed, and been counted', async () => {
      const seen = await operator.open('/');
      const row = rowOf(seen, 'customer.notifications');
      return row?.includes('failing') === true && !/ 0\/s/.test(row) && seen;
    });
    t.match(page.text, '1 failed message waits for you.');
    t.match(rowOf(page, 'customer.notifications'), 'Messages wait for a person. 1 ');
    t.match(rowOf(page, 'projections.tickets'), 'healthy');
    t.match(page.document.querySelector('svg.chart')?.getAttribute('aria-label'), /in the last hour/);
    const calm = await eventually('every other group is through', async () => {
      const seen = await operator.open('/');
      return !/behind|stalled|paused/.test(seen.document.querySelector('tbody')?.textContent ?? '') && seen;
    });
    t.notMatch(calm.text, 'does not answer');

    system.kill('backoffice', 'SIGSTOP');
    await eventually('who is silent is named', async () =>
      (await operator.open('/')).text.includes('Back office does not answer: see Health.'),
    );
    system.kill('backoffice', 'SIGCONT');
    await eventually(
      'it answers again',
      async () => !(await operator.open('/')).text.includes('does not answer'),
    );
  });

  await t.test('streams are read by name, category and type; what is personal is hidden', async (t) => {
    const category = await operator.open('/streams?by=category&name=issue&direction=forwards');
    t.match(category.text, 'IssueReported');
    t.match(category.text, 'by link 0');
    const event = await operator.open(linkOn(category, 'IssueReported'));
    t.match(event.text, /"email": "\[hidden\]"/);
    t.match(event.text, '"kind": "problem"');
    t.notMatch(event.text, /Kim|example\.org|blank/);
    const stream = event.document.querySelector('main p.muted a')?.textContent ?? '';
    t.match(stream, /^issue-/);

    const byType = await operator.open('/streams?by=type&name=IssueReported');
    t.match(byType.text, 'This store keeps no stream $et-IssueReported');
    t.match(byType.text, `0@${stream}`);
    t.match((await operator.open('/streams?by=type&name=IssueReport')).text, 'Nothing fits');
    const forwards = await operator.open('/streams?by=type&name=IssueReported&direction=forwards');
    t.match(forwards.text, `0@${stream}`);
    t.match((await operator.open('/streams')).text, 'Everything');
    t.match((await operator.open('/streams?by=stream&name=none-1')).text, 'There is no such stream');
    const password = await operator.open('/streams?by=type&name=EmployeePasswordSet');
    t.match(password.text, /"passwordHash": "\[hidden\]"/);
    t.notMatch(password.text, 'argon2id');
    t.match((await operator.open('/streams?by=category&name=key')).text, /"wrappedKey": "\[hidden\]"/);
    const parked = '$persistentsubscription-$all::customer.notifications-parked';
    const link = await operator.open(`/streams?by=stream&name=${encodeURIComponent(parked)}`);
    t.match(link.text, `IssueReported by link 0 0@${stream}`, 'links are followed');
    t.equal((await operator.open('/streams/event?stream=none-1&revision=0')).status, 404);
    t.equal((await operator.open('/streams?from=99-99')).status, 404);
    t.equal((await operator.open('/streams?from=99-99&direction=forwards')).status, 404);
  });

  await t.test('a conversation is drawn over both services, with what failed of it', async (t) => {
    const issues = await operator.open('/streams?by=category&name=issue&direction=forwards');
    const path = linkOn(issues, 'Conversation');
    const page = await eventually('it has come to its end', async () => {
      const seen = await operator.open(path);
      return seen.text.includes('IssueProgressed') && seen.text.includes('1 failure') && seen;
    });
    t.match(page.text, 'events over customer, backoffice');
    t.match(page.text, /IssueReported .*failed in customer\.notifications/);
    const tree = await operator.open(`${path}?view=causes`);
    const types = ['IssueReported', 'PrepareTicket', 'TicketPrepared', 'TicketProgressed', 'IssueProgressed'];
    const depths = types.map((type) => depthOf(tree, type));
    t.strictSame(depths, [0, 1, 2, 3, 4]);
    t.match((await operator.open('/conversations/none')).text, 'Nothing of this conversation was found.');

    const id = decodeURIComponent(path.split('/').at(-1) ?? '');
    const { code, out } = await ops(['conversation', id]);
    t.equal(code, 0);
    t.match(out, /\n\S+ {6}TicketPrepared +0@ticket-/, 'two steps in');
    t.match(out, /\d+ events over .*backoffice/);
    t.equal((await ops(['conversation', 'none'])).code, 1);
  });

  await t.test('read models are rebuilt by those who may', async (t) => {
    const page = await operator.open('/read-models');
    t.match(rowOf(page, 'tickets'), /tickets_v1.*up to date/);
    await operator.submit(page, '/read-models/tickets/rebuild');
    const done = await eventually('it is made anew', async () => {
      const seen = await operator.open('/read-models');
      return rowOf(seen, 'rebuild tickets')?.includes('done') === true && seen;
    });
    t.match(rowOf(done, 'rebuild tickets'), DEMO_ACCOUNTS.operator.name);
    t.match(rowOf(done, 'tickets'), /tickets_v2.*up to date/);

    const agent = new Visitor(urls.console, { email: DEMO_ACCOUNTS.agent.email, password: DEMO_PASSWORD });
    const looking = await agent.open('/read-models');
    t.equal(looking.document.querySelector('main form'), null);
    t.equal((await agent.send(looking, '/read-models/tickets/rebuild', new URLSearchParams())).status, 403);
  });

  await t.test('who did what is told, found and exported', async (t) => {
    const page = await eventually('it is told', async () => {
      const seen = await operator.open('/audit?kind=operations');
      return seen.text.includes('asked to rebuild tickets') && seen;
    });
    t.match(page.text, DEMO_ACCOUNTS.operator.name);
    t.notMatch(page.document.querySelector('tbody')?.textContent, 'signed in');
    t.match((await operator.open('/audit?who=chioma&kind=sign-ins')).text, 'signed in at the console');
    t.match((await operator.open('/audit?who=nobody')).text, 'Nothing fits.');
    t.match((await operator.open('/audit?to=2020-01-01')).text, 'Nothing fits.');

    const cookie = cookiesOf(operator);
    const download = async (format: string) => {
      const answer = await fetch(`${urls.console}/audit/export?kind=operations&format=${format}`, {
        headers: { cookie },
      });
      t.match(answer.headers.get('content-disposition'), `audit.${format}`);
      return answer.text();
    };
    const [head, first] = (await download('csv')).split('\r\n');
    t.equal(head, 'at,who,name,kind,type,what,about,stream,revision');
    t.match(first, `${DEMO_ACCOUNTS.operator.name},operations,OperationRequested,asked to rebuild tickets,`);
    const lines = (await download('ndjson')).trim().split('\n');
    t.match(JSON.parse(lines[0] ?? ''), { what: 'asked to rebuild tickets', stream: 'control-projections' });
  });

  await t.test('the page and the doctor find everything well, and say what is not', async (t) => {
    const page = await operator.open('/health');
    t.match(page.text, 'Everything answers, and is as it should be.');
    t.match(rowOf(page, 'Event store'), '23.10.6');
    const well = await ops(['doctor']);
    t.match(well, { code: 0, out: /✓ Filters +every group hears what it should/ });
    const nowhere = { MONGO_URL: 'mongodb://127.0.0.1:9/none', AMQP_URL: 'amqp://127.0.0.1:9' };
    const ill = await ops(['doctor', '--json'], nowhere);
    t.equal(ill.code, 4);
    const checks = parsedLines(ill.out);
    t.strictSame(
      checks.filter(({ result }) => result !== 'ok').map(({ name }) => name),
      ['Broker', 'MongoDB'],
    );
    t.match(checks.find(({ name }) => name === 'Broker')?.advice, 'AMQP_URL');
    const down = await ops(['doctor'], { EVENTSTORE_URL: 'esdb://127.0.0.1:9?tls=false' });
    t.match(down, { code: 4, out: /✗ Event store/ });
  });

  await t.test('commands follow groups and streams, and make traffic', async (t) => {
    // News of earlier issues may still be on their way through the same group.
    const tailing = ops(['tail', 'customer.integration', '--count', '20', '--json']);
    let told: CommandRun | undefined;
    void tailing.then((run) => {
      told = run;
    });
    await eventually('it has told of enough', async () => {
      await report();
      return told !== undefined;
    });
    const heard = parsedLines((await tailing).out);
    t.equal(heard.length, 20);
    t.match(
      heard.find(({ type }) => type === 'IssueReported'),
      { type: 'IssueReported', data: { email: '[hidden]' } },
    );

    const groups = await ops(['groups', '--json']);
    const tickets = parsedLines(groups.out).find(({ group }) => group === 'projections.tickets');
    t.match(tickets, { service: 'projections', state: 'healthy', instances: 1, waiting: 0 });

    const { code, out } = await ops(['load', '--rate', '4', '--seconds', '3', '--json']);
    t.equal(code, 0);
    const tally = JSON.parse(out);
    t.match(tally, { reported: 12, failed: 0 });
    t.ok(tally.assigned > 0 && tally.answered > 0, out);
    const few = await ops(['stream', 'issue-', '--limit', '3']);
    t.equal(few.out.trim().split('\n').length, 3);
    t.equal((await ops(['stream', 'none-1'])).code, 1);
    t.equal((await ops(['stream'])).code, 2);
    t.equal((await ops(['load', '--rate', 'fast'])).code, 2);
  });

  await t.test('in a browser', { skip: noBrowser() }, async (t) => {
    browser = await openBrowser();
    const event = linkOn(await operator.open('/streams?by=category&name=issue'), 'IssueReported');
    const talk = linkOn(
      await operator.open('/streams?by=category&name=issue&direction=forwards'),
      'Conversation',
    );
    // The pages that there are pictures of are looked at in every-page.test.ts.
    const paths = [event, talk, `${talk}?view=causes`];
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(urls.console);
    await page.getByLabel('E-mail').fill(DEMO_ACCOUNTS.operator.email);
    await page.getByLabel('Password').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const path of paths) {
      await page.goto(new URL(path, urls.console).href);
      t.strictSame(await findBarriers(page), [], path);
      const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      t.equal(await page.evaluate(isWider), false, `${path} fits a phone`);
    }
    t.strictSame(problems, []);
    await page.goto(urls.console);
    const before = await page.locator('#needs').textContent();
    await report();
    await eventually('the page has followed', async () => {
      return (await page.locator('#needs').textContent()) !== before;
    });
    t.match(await page.locator('#needs').textContent(), /failed messages wait for you/);
    await context.close();
  });
});
