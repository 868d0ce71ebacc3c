import t from 'tap';
import { cookiesOf, openForm, post, SCRIPT, site, TOKEN } from './example-site.ts';

t.test('a form with its token is taken, and says so once on the next page', async (t) => {
  const { app, saved } = await site(t);
  const { cookie, fields } = await openForm(app);
  const answer = await app.inject(post('/note', { ...fields, text: SCRIPT }, { cookie }));
  t.equal(answer.statusCode, 303);
  t.strictSame(saved, [SCRIPT]);
  const flash = cookiesOf(answer);
  const next = await app.inject({ url: '/note', headers: { cookie: `${cookie}; ${flash}` } });
  t.match(next.body, 'Saved &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#x27; onload&#x3D;');
  t.equal(next.cookies.find(({ name }) => name.endsWith('-flash'))?.value, '', 'the message is taken');
  const forged = await app.inject({
    url: '/note',
    headers: { cookie: 'deskstream-customer-flash={"kind":"done","text":"Forged"}' },
  });
  t.equal(forged.statusCode, 200);
  t.notMatch(forged.body, 'Forged');
});

t.test('nothing that changes something is taken without the token, whatever the route', async (t) => {
  const { app, saved } = await site(t);
  const { cookie, fields } = await openForm(app);
  const other = await openForm(app);
  const text = 'Not lost & kept';
  const requests = {
    'no token': post('/note', { text }, { cookie }),
    'no cookie': post('/note', { ...fields, text }),
    'the token of another browser': post('/note', { ...other.fields, text }, { cookie }),
    'an unsigned cookie': post('/note', { ...fields, text }, { cookie: 'deskstream-customer-csrf=guess' }),
    'another site': post('/note', { ...fields, text }, { cookie, 'sec-fetch-site': 'cross-site' }),
    'another port of this host': post(
      '/note',
      { ...fields, text },
      { cookie, 'sec-fetch-site': 'same-site' },
    ),
    'another route': post(`/track/${TOKEN}`, { text }, { cookie }),
    put: { ...post('/note', { text }, { cookie }), method: 'PUT' as const },
    delete: { ...post('/note', { text }, { cookie }), method: 'DELETE' as const },
  };
  for (const [name, request] of Object.entries(requests)) {
    const answer = await app.inject(request);
    t.equal(answer.statusCode, 403, name);
    t.match(answer.body, 'Open the form anew and send it again', name);
    t.match(answer.body, 'Not lost &amp; kept', `${name}: what was typed is there to copy`);
  }
  t.strictSame(saved, []);
});

t.test(
  'a form with a mistake comes back with what was typed, escaped, and the mistake beside its field',
  async (t) => {
    const { app, saved } = await site(t);
    const { cookie, fields } = await openForm(app);
    const text = `\n  ${SCRIPT}${'x'.repeat(200)}`;
    const answer = await app.inject(post('/note', { ...fields, text }, { cookie }));
    t.equal(answer.statusCode, 400);
    t.notMatch(answer.body, '<script>alert');
    t.match(
      answer.body,
      /<textarea[^>]*aria-describedby="field-text-error" aria-invalid="true">\n\n {2}&lt;script&gt;alert/,
    );
    t.match(
      answer.body,
      /id="field-text-error">This is \d+ characters long; the limit is 100\. Please shorten it\.</,
    );
    t.match(answer.body, `name="commandId" value="${fields.commandId}"`, 'it is still the same command');
    t.strictSame(saved, []);
  },
);

t.test('a body that is too large, has too many fields or is no form is refused', async (t) => {
  const { app, saved } = await site(t, { bodyLimit: 200_000 });
  const { cookie, fields } = await openForm(app);
  const big = await app.inject(post('/note', { ...fields, text: 'x'.repeat(200_000) }, { cookie }));
  t.equal(big.statusCode, 413);
  t.match(big.body, 'That is too much at once');
  const many = await app.inject({ ...post('/note', {}, { cookie }), payload: 'a=1&'.repeat(3000) });
  t.equal(many.statusCode, 413);
  t.match(many.body, 'The form has too many fields');
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
    const answer = await app.inject({
      ...post('/note', {}, { cookie, 'content-type': type }),
      payload: '{}',
    });
    t.equal(answer.statusCode, 415, type);
    t.match(answer.body, 'This address takes ordinary web forms only', type);
  }
  t.strictSame(saved, []);
});
