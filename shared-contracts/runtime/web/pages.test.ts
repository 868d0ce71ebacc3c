import pino from 'pino';
import t, { type Test } from 'tap';
import { pageNumber, pagingOf } from './query.ts';
import { createWebServer } from './server.ts';

const SCRIPT = `"><script>alert('x')</script>`;
const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;';
const NOW = new Date('2026-03-01T12:00:00Z');

/** Renders one template as a page of a site and gives what stands in its main part, without the white space between tags. */
async function render(
  t: Test,
  source: string,
  data: object = {},
  request: { url?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  const app = await createWebServer({
    site: 'console',
    siteTitle: 'Console',
    pagesDir: t.testdir({ 'page.hbs': source, partials: { 'row.hbs': '<b>{{name}}</b>' } }),
    navigation: [],
    secret: new Uint8Array(32).fill(3),
    secureCookies: false,
    logger: pino({ level: 'silent' }),
    helpers: { shout: (text: string) => text.toUpperCase() },
    now: () => NOW,
    ready: async () => [],
  });
  app.get('/', (_request, reply) => reply.view('page', data));
  const page = await app.inject({ url: '/', ...request });
  await app.close();
  t.equal(page.statusCode, 200);
  const main = /<main[^>]*>(.*)<\/main>/s.exec(page.body)?.[1] ?? '';
  return main.replace(/\s*\n\s*/g, '').trim();
}

t.test('a field shows label, hint, what was typed and what is wrong with it, all escaped', async (t) => {
  const form = {
    values: { text: `${SCRIPT}`, kind: 'b', urgent: 'true', password: 'hunter2' },
    errors: { text: 'Too short.', password: 'Wrong.' },
  };
  const field = (parameters: string, data: object = {}) => render(t, `{{> field ${parameters}}}`, data);
  t.equal(
    await field('name="text" label="What is wrong" form=form hint="In your words."', { form }),
    '<div class="field field-wrong"><label for="field-text">What is wrong</label>' +
      '<small class="hint" id="field-text-hint">In your words.</small>' +
      `<input type="text" id="field-text" name="text" value="${ESCAPED}" aria-describedby="field-text-hint field-text-error" aria-invalid="true">` +
      '<p class="field-error" id="field-text-error">Too short.</p></div>',
  );
  t.equal(
    await field('name="kind" label="Kind" form=form choices=kinds blank="Any"', {
      form,
      kinds: ['a', { value: 'b', label: 'Bug' }],
    }),
    '<div class="field"><label for="field-kind">Kind</label><select id="field-kind" name="kind">' +
      '<option value="">Any</option><option value="a">a</option><option value="b" selected>Bug</option></select></div>',
  );
  t.equal(
    await field('name="urgent" type="checkbox" label="Urgent" form=form', { form }),
    '<div class="field"><label for="field-urgent"><input type="checkbox" id="field-urgent" name="urgent" value="true" checked> Urgent</label></div>',
  );
  t.equal(
    await field(
      'name="subject" label="Subject" value=ticket.subject required=true optional=true id="s1" autocomplete="off"',
      {
        ticket: { subject: 'Printer' },
        hint: 'of the page, not of the field',
      },
    ),
    '<div class="field"><label for="s1">Subject <span class="muted">(optional)</span></label>' +
      '<input type="text" id="s1" name="subject" value="Printer" required autocomplete="off"></div>',
  );
  t.notMatch(await field('name="password" type="password" label="Password" form=form', { form }), 'hunter2');
});

t.test('whatever is shown is escaped', async (t) => {
  const places = {
    text: '{{x}}',
    attribute: '<a title="{{x}}">',
    json: '<pre>{{json this.data}}</pre>',
    badge: '{{> badge text=x tone=x}}',
    empty: '{{> empty text=x hint=x href=x label=x}}',
    pager: '{{> pager previous=x next=x text=x}}',
    field: '{{> field name=x label=x type=x hint=x value=x placeholder=x autocomplete=x id=x}}',
    area: '{{> field name="a" type="textarea" label=x value=x rows=x}}',
    choice: '{{> field name="a" label=x choices=list blank=x}}',
    form: '{{> form-errors form=form}}',
    time: '{{> time at=x none=x}}',
    query: '<a href="{{query page=x}}">',
    partial: '{{> row name=x}}',
  };
  const data = {
    x: SCRIPT,
    list: [SCRIPT, { value: SCRIPT, label: SCRIPT }],
    data: { x: SCRIPT },
    form: { values: {}, errors: { _form: SCRIPT } },
  };
  for (const [place, source] of Object.entries(places)) {
    const html = await render(t, source, data, { url: `/?x=${encodeURIComponent(SCRIPT)}` });
    t.notMatch(html, /<script>|"x"/, place);
    t.match(html, /alert/, `${place}: it is shown`);
  }
});

t.test('times stand in the zone of the reader, and in UTC as long as it is unknown', async (t) => {
  const at = '2026-02-28T23:30:00.000Z';
  const written = '{{> time at=at}}';
  // Whether a comma follows the weekday depends on the Unicode data of this Node.
  const page = async (headers: Record<string, string>) =>
    (await render(t, written, { at: new Date(at) }, { headers })).replace('day,', 'day');
  t.equal(
    await page({}),
    `<time datetime="${at}" title="Saturday 28 February 2026 at 23:30:00 UTC">28 Feb 2026, 23:30 UTC</time>`,
  );
  t.equal(
    await page({ cookie: 'tz=Europe%2FBerlin' }),
    `<time datetime="${at}" title="Sunday 1 March 2026 at 00:30:00 CET">1 Mar 2026, 00:30</time>`,
  );
  t.match(await page({ cookie: 'tz=Middle%2FEarth' }), '23:30 UTC<');
  t.equal(
    await render(t, '{{> time at=at none="never"}}', { at: undefined }),
    '<span class="muted">never</span>',
  );
  const relative = (minutes: number) =>
    render(t, '{{relative-time at}} {{time at "day"}}', { at: NOW.getTime() + minutes * 60_000 });
  t.equal(await relative(-0.5), 'just now 1 Mar 2026');
  t.equal(await relative(-3), '3 minutes ago 1 Mar 2026');
  t.equal(await relative(60), 'in 1 hour 1 Mar 2026');
  t.equal(await relative(-24 * 60), 'yesterday 28 Feb 2026');
  t.equal(await relative(-8 * 24 * 60), '21 Feb 2026 21 Feb 2026');
});

t.test('lists: numbers, pages, links that keep the rest of the address', async (t) => {
  const url = '/?status=open&tag=a&tag=b&page=3';
  const page = { paging: pagingOf(3, 10, 1234) };
  t.equal(
    await render(t, '{{> pager previous=paging.previous next=paging.next text=paging.text}}', page, { url }),
    '<nav class="pager" aria-label="Pages"><a href="?status&#x3D;open&amp;tag&#x3D;a&amp;tag&#x3D;b&amp;page&#x3D;2" rel="prev">← Previous</a>' +
      '<span>21 to 30 of 1,234</span>' +
      '<a href="?status&#x3D;open&amp;tag&#x3D;a&amp;tag&#x3D;b&amp;page&#x3D;4" rel="next">Next →</a></nav>',
  );
  t.equal(await render(t, '{{{query status="" page=null}}}', {}, { url }), '?tag=a&tag=b');
  t.equal(
    await render(t, '{{number n}} {{plural n "ticket" "tickets"}} {{plural 1 "ticket" "tickets"}}', {
      n: 1234,
    }),
    '1,234 1,234 tickets 1 ticket',
  );
  t.equal(
    await render(t, '{{#if (eq a "x")}}same{{/if}}{{shout a}}{{> row name=a}}', { a: 'x' }),
    'sameX<b>x</b>',
  );
  t.strictSame(pagingOf(1, 10, 0), { previous: undefined, next: undefined, text: '' });
  t.strictSame(pagingOf(1, 10, 10), { previous: undefined, next: undefined, text: '1 to 10 of 10' });
  t.strictSame(pagingOf(9, 10, 25), { previous: 3, next: undefined, text: '' });
  t.strictSame(
    ['2', '0', '-1', 'x', ['1'], undefined, '99999999'].map((text) => pageNumber(text)),
    [2, 1, 1, 1, 1, 1, 100_000],
  );
});

t.test('a page says that it is catching up, and each of its forms is a command of its own', async (t) => {
  t.match(
    await render(t, '{{> freshness catchingUp=true}}', {}, { url: '/?page=2' }),
    /Still catching up.*href="\?page&#x3D;2"/,
  );
  t.equal(await render(t, '{{> freshness catchingUp=false}}'), '');
  t.equal(
    await render(t, '{{> badge text="Resolved" tone="good"}}'),
    '<span class="badge badge-good">Resolved</span>',
  );
  const tokens = await render(t, '{{> form-tokens}}{{> form-tokens}}');
  const ids = [...tokens.matchAll(/name="commandId" value="([0-9a-f-]{36})"/g)].map(([, id]) => id);
  t.equal(new Set(ids).size, 2, 'each form of a page is a command of its own');
});
