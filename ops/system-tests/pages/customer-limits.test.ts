// How often one address may send something on the customer's site: nobody sends without end, and nobody else is held up.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { openCustomerSite, REPORT } from '../testing/customer-site.ts';
import { cookiesOf } from '../testing/visitor.ts';

t.test('limits of the customer site', async (t) => {
  const { app, visitor, report, appended, post } = await openCustomerSite(t);

  await t.test('links cannot be asked for without end', async (t) => {
    const statuses = new Set<number>();
    const page = await visitor.open('/links');
    for (let time = 0; time < 12; time += 1) {
      statuses.add((await post(page, '/links', { email: 'lou@example.org' })).status);
    }
    t.ok(statuses.has(429));
  });

  await t.test('one address cannot report without end, and loses nothing that it wrote', async (t) => {
    const page = await visitor.open('/');
    const cookie = cookiesOf(visitor);
    let reports = 0;
    const send = (from: string, forwardedFor: string) => {
      reports += 1;
      const [, body] = visitor.read(page, '/issues', { ...REPORT, subject: `Report ${reports}` });
      return app.inject({
        method: 'POST',
        url: '/issues',
        remoteAddress: from,
        headers: {
          cookie,
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': forwardedFor,
        },
        payload: body.toString(),
      });
    };
    const before = await appended();
    const statuses: number[] = [];
    for (const [from, forwardedFor] of [
      ['10.1.2.3', '203.0.113.9'],
      ['10.4.5.6', '198.51.100.7, 203.0.113.9'],
      ['10.1.2.3', '203.0.113.9'],
      ['10.1.2.3', '203.0.113.10'],
      ['192.0.2.1', '203.0.113.11'],
      ['192.0.2.1', '203.0.113.12'],
      ['192.0.2.1', '203.0.113.13'],
    ] as const) {
      statuses.push((await send(from, forwardedFor)).statusCode);
    }
    t.strictSame(
      statuses,
      [303, 303, 429, 303, 303, 303, 429],
      'whoever comes through a trusted proxy is counted alone; who only claims to, by where they come from',
    );
    t.equal(await appended(), before + 5);
    const refused = await send('10.1.2.3', '203.0.113.9');
    t.match(refused.headers['retry-after'], /^\d{1,2}$/);
    t.match(refused.body, 'wait a minute, then send it again');
    for (const typed of [`Report ${reports}`, REPORT.email, REPORT.text]) t.match(refused.body, typed);
  });

  await t.test(
    'one address cannot write without end on the page of an issue, whatever form it sends',
    async (t) => {
      const page = await visitor.open(new URL((await report()).url).pathname);
      const path = new URL(page.url).pathname;
      const cookie = cookiesOf(visitor);
      const send = (from: string, form: string, text: string) => {
        const [, body] = visitor.read(page, `${path}/${form}`, form === 'reply' ? { text } : {});
        if (form === 'reply') body.set('commandId', randomUUID());
        const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
        return app.inject({
          method: 'POST',
          url: `${path}/${form}`,
          remoteAddress: from,
          headers,
          payload: body.toString(),
        });
      };
      const before = await appended();
      const statuses: number[] = [];
      for (const [from, form, text] of [
        ['192.0.2.7', 'reply', 'One.'],
        ['192.0.2.7', 'reply', ''],
        ['192.0.2.7', 'reply', 'Two.'],
        ['192.0.2.7', 'close', ''],
        ['192.0.2.8', 'close', ''],
      ] as const) {
        statuses.push((await send(from, form, text)).statusCode);
      }
      t.strictSame(statuses, [303, 400, 303, 429, 303], 'what was not understood does not count');
      t.equal(await appended(), before + 3);
      const refused = await send('192.0.2.7', 'reply', 'It is the left lamp.');
      t.equal(refused.statusCode, 429);
      t.match(refused.headers['retry-after'], /^\d{1,2}$/);
      t.match(refused.body, 'wait a minute, then send it again');
      t.match(refused.body, 'It is the left lamp.');
      t.equal(
        (await send('127.0.0.1', 'reply', 'It is the left lamp.')).statusCode,
        303,
        'this machine is not counted',
      );
      t.equal(await appended(), before + 4);
    },
  );
});
