// The pages of the back office in a real browser, with and without JavaScript: a day's work, and what stands in somebody's way.
import type { BrowserContextOptions, Page } from 'playwright-core';
import t from 'tap';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../../shared-contracts/runtime/accounts/demo-accounts.ts';
import { findBarriers, noBrowser } from '../../embedded/shared/testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedBrowser } from '../testing/shared-browser.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { Visitor } from '../testing/visitor.ts';

t.test('employees in a browser', { skip: noBrowser() }, async (t) => {
  const { backoffice, customer } = (await sharedSystem()).system.urls;
  const browser = await sharedBrowser(t);
  const kim = new Visitor(customer);
  const watcher = new Visitor(backoffice);

  /** Somebody reports an issue; the answer is where they follow it. */
  const report = async (subject: string) => {
    const typed = { email: 'kim@example.org', name: 'Kim', subject, kind: 'problem', text: 'All blank.' };
    const page = await kim.submit(await kim.open('/'), '/issues', typed);
    await eventually(
      subject,
      async () => (await watcher.open('/tickets')).text.includes(subject) || undefined,
    );
    return new URL(page.url).pathname;
  };
  /** Whoever used the system before may have left tickets; the two of the test are to be the only ones. */
  const takeWhatIsUnassigned = async () => {
    const page = await watcher.open('/tickets?queue=unassigned');
    for (const link of page.document.querySelectorAll('tbody a'))
      await watcher.submit(await watcher.open(link.getAttribute('href') ?? ''), '/assign');
    await eventually('nothing is unassigned', async () => {
      const left = await watcher.open('/tickets?queue=unassigned');
      return left.document.querySelectorAll('tbody a').length === 0;
    });
  };
  const signedIn = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(backoffice);
    await page.getByLabel('E-mail').fill(DEMO_ACCOUNTS.agent.email);
    await page.getByLabel('Password').fill(DEMO_PASSWORD);
    await page.locator('main').getByRole('button').click();
    await page.getByRole('heading', { name: 'Tickets' }).waitFor();
    return page;
  };

  for (const javaScriptEnabled of [false, true]) {
    await t.test(`a ticket is worked, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async (t) => {
      const subject = javaScriptEnabled ? 'Smoke rises' : 'Paper jams';
      const tracking = await report(subject);
      const page = await signedIn({ javaScriptEnabled });
      const button = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const said = async (text: string) => page.locator('.flash').getByText(text).waitFor();
      await page.getByRole('link', { name: /^Unassigned/ }).click();
      await page.getByRole('link', { name: subject }).click();
      await button('Assign to me');
      await said('The ticket is assigned.');
      await button('Start work');
      await said('Work has started.');
      await page.getByLabel('Priority', { exact: true }).selectOption('urgent');
      await button('Set');
      await said('The priority is set.');
      await page.getByLabel('Tag', { exact: true }).fill('third-floor');
      await button('Add');
      await said('The tag is on.');
      await page.getByText('Internal note', { exact: true }).first().click();
      await page.getByLabel('Internal note').fill('As last month.');
      await button('Add the note');
      await said('The note is added.');
      await page.getByLabel('Reply to the customer').fill('Which tray?');
      await page.getByLabel('and wait for the answer').check();
      await button('Send the reply');
      await said('Your reply is on its way.');
      t.equal(await page.locator('.message.internal .prose').textContent(), 'As last month.');
      t.equal(await page.locator('.message.ours .prose').textContent(), 'Which tray?');

      await page.getByText('Resolve', { exact: true }).first().click();
      await page.getByLabel('What solved it?').fill('The jam is out.');
      await kim.submit(await kim.open(tracking), '/reply', { text: 'The upper one.' });
      if (javaScriptEnabled) {
        await page.locator('#conversation').getByText('The upper one.').waitFor();
        t.equal(await page.getByLabel('What solved it?').inputValue(), 'The jam is out.', 'typing goes on');
      } else {
        await eventually('reply', async () => {
          const shown = await watcher.open(new URL(page.url()).pathname);
          return shown.text.includes('The upper one.') || undefined;
        });
      }
      await button('Resolve');
      await page.getByRole('heading', { name: 'What happened since' }).waitFor();
      t.equal(await page.getByLabel('What solved it?').inputValue(), 'The jam is out.');
      await button('Resolve');
      await said('The ticket is resolved.');
      await page.goto(`${backoffice}/tickets?status=resolved&tag=third-floor`);
      await page.getByRole('link', { name: subject }).waitFor();
      await page
        .getByRole('link', { name: /Take this filter away/ })
        .first()
        .click();
      await page.getByRole('link', { name: 'Clear all' }).click();
      await page.context().close();
    });
  }

  await t.test('several tickets are changed at once', async (t) => {
    await takeWhatIsUnassigned();
    await report('First of two');
    await report('Second of two');
    const page = await signedIn({ javaScriptEnabled: false });
    await page.goto(`${backoffice}/tickets?queue=unassigned`);
    for (const subject of ['First of two', 'Second of two'])
      await page.getByRole('checkbox', { name: subject }).check();
    await page.getByText('Change the chosen tickets').click();
    await page.locator('#many-assignee').selectOption('me');
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.getByRole('heading', { name: '2 tickets changed' }).waitFor();
    await page.getByRole('link', { name: 'Back to the list' }).click();
    t.equal(
      await page.locator('.empty-text').textContent(),
      'Every open ticket has somebody who looks after it.',
    );
    await page.context().close();
  });

  await t.test('nothing stands in the way, in both themes, wide and on a phone', async (t) => {
    const first = (await watcher.open('/tickets')).document.querySelector('tbody a')?.getAttribute('href');
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 360, height: 740 },
    ]) {
      const page = await signedIn({ viewport });
      for (const path of [
        '/tickets',
        '/tickets?queue=waiting',
        '/tickets?text=nothing+like+this',
        '/tickets?status=lost',
        '/tickets/new',
        first ?? '',
      ]) {
        await page.goto(new URL(path, backoffice).href);
        const closed = page.locator('main details:not([open]) > summary');
        while ((await closed.count()) > 0) await closed.first().click();
        const what = `${path}, ${viewport.width}`;
        t.strictSame(await findBarriers(page), [], what);
        const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        t.equal(await page.evaluate(isWider), false, what);
      }
      await page.context().close();
    }
  });
});
