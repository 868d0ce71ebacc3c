// What keeps the pages for people true: that what they name is there, and that a picture is not of another day.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { hashOf } from '../screenshots/made-of.ts';
import { SHOTS } from '../screenshots/shots.ts';
import { type Known, problemsIn, unnamedPackages } from './named-things.ts';

const KNOWN: Known = {
  scripts: ['start', 'ops', 'bench'],
  arguments: { ops: ['groups'], bench: ['flow'] },
  files: ['README.md', 'ops/start.ts', 'ops/decisions/growth.md', 'ops/pictures/a.webp'],
  settings: ['DESKSTREAM_HOST'],
  ports: [3000],
  packages: ['fastify', '@fastify/csrf-protection', 'lmdb'],
};

t.test('a page that names what is there, and one that names what is not', async (t) => {
  const right = `\`npm start\`, \`npm run ops -- groups\`, \`npm run --silent bench -- flow\`, \`npm run bench -- NAME\`,
    [growth](ops/decisions/growth.md#how), [a site](https://example.org), [here](#start), <img src="ops/pictures/a.webp">,
    \`ops/start.ts\`, \`ops/decisions\`, \`ops/{name}.ts\`, \`start.ts\`, DESKSTREAM_HOST, DESKSTREAM_*_URL, http://localhost:3000`;
  t.strictSame(problemsIn('README.md', right, KNOWN), []);
  const wrong = `\`npm test\`, \`npm run dance\`, \`npm run ops -- group\`, [growth](growth.md), <img src="a.webp">,
    \`ops/stop.ts\`, \`stop.ts\`, DESKSTREAM_HOSTS, http://localhost:3009`;
  t.strictSame(problemsIn('README.md', wrong, KNOWN), [
    'README.md names the script dance, which is not there.',
    'README.md names npm test, which is not there.',
    'README.md names npm run ops -- group, which is not there.',
    'README.md names the link growth.md, which is not there.',
    'README.md names the picture a.webp, which is not there.',
    'README.md names the path ops/stop.ts, which is not there.',
    'README.md names the file stop.ts, which is not there.',
    'README.md names the setting DESKSTREAM_HOSTS, which is not there.',
    'README.md names the port 3009, which is not there.',
  ]);
  const decision = '[growth](growth.md)';
  t.strictSame(problemsIn('ops/decisions/backup.md', decision, KNOWN), [], 'links start from their page');
});

t.test('a page that says what each package is for, and one that leaves some out', async (t) => {
  t.strictSame(unnamedPackages('README.md', '`fastify`, `@fastify/*`, `lmdb`', KNOWN), []);
  t.strictSame(unnamedPackages('README.md', '`fastify`: sites, on lmdb', KNOWN), [
    'README.md does not say what the package @fastify/csrf-protection is for.',
    'README.md does not say what the package lmdb is for.',
  ]);
});

t.test('a picture is made of its template, what that includes, the layout and the styles', async (t) => {
  const base = 'shared-contracts/runtime/web';
  const tree = {
    'customer/pages/report-issue.hbs': '<h1>Report</h1>{{> field name="email"}}',
    'customer/pages/lost-links.hbs': '<h1>Links</h1>',
    [`${base}/pages/layout.hbs`]: '{{{body}}}',
    [`${base}/pages/partials/field.hbs`]: '<input>{{> badge}}',
    [`${base}/pages/partials/badge.hbs`]: '<b></b>',
    [`${base}/pages/partials/pager.hbs`]: '<nav></nav>',
    [`${base}/assets/site.css`]: 'a { color: red; }\nb { color: blue; }\n',
  };
  const root = t.testdir({});
  const put = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  const shot = SHOTS.find(({ page }) => page.name === 'customer-report');
  if (shot === undefined) return t.fail('there is no picture of the form');
  const changes = async (files: Readonly<Record<string, string>>) => {
    await put(tree);
    const before = await hashOf(shot, root);
    await put(files);
    return before !== (await hashOf(shot, root));
  };
  const template = tree['customer/pages/report-issue.hbs'];
  t.ok(await changes({ 'customer/pages/report-issue.hbs': `${template}<p></p>` }), 'its template');
  t.ok(await changes({ [`${base}/pages/layout.hbs`]: '<main>{{{body}}}</main>' }), 'the layout');
  t.ok(await changes({ [`${base}/pages/partials/badge.hbs`]: '<i></i>' }), 'what a partial includes');
  t.ok(await changes({ [`${base}/assets/site.css`]: 'a { color: red; }\n' }), 'a rule of style');

  t.notOk(await changes({ 'customer/pages/lost-links.hbs': '<h1>Lost</h1>' }), 'not another page');
  t.notOk(
    await changes({ [`${base}/pages/partials/pager.hbs`]: '' }),
    'not a partial that it does not include',
  );
  const commented = `{{!-- The form. --}}\n${template.replace('{{>', '\n  {{>')}`;
  t.notOk(await changes({ 'customer/pages/report-issue.hbs': commented }), 'not comments and indentation');
  const moved = {
    [`${base}/assets/site.css`]: 'b{color:blue}',
    [`${base}/assets/styles/a.css`]: '/* A */ a {color:red}',
  };
  t.notOk(await changes(moved), 'not in which file a rule stands');
});
