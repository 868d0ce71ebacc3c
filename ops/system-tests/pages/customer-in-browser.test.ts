// The customer's pages in a real browser, with and without JavaScript: the main path, and what stands in somebody's way.
import type { Page } from 'playwright-core';
import t from 'tap';
import { findBarriers, noBrowser } from '../../embedded/shared/testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedBrowser } from '../testing/shared-browser.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { Visitor } from '../testing/visitor.ts';

/** Reports an issue on the form, and comes out on its tracking page. */
async function report(page: Page, site: string, subject: string): Promise<void> {
  await page.goto(site);
  await page.getByLabel('Your e-mail address').fill('kim@example.org');
  await page.getByLabel('What is it?').selectOption('problem');
  await page.getByLabel('Subject').fill(subject);
  await page.getByLabel('What is wrong?').fill('Every second page is blank.');
  await page.getByRole('button', { name: 'Report the issue' }).click();
  await page.getByText('Your report has reached us').waitFor();
}

t.test('customers in a browser', { skip: noBrowser() }, async (t) => {
  const { customer, backoffice } = (await sharedSystem()).system.urls;
  const browser = await sharedBrowser(t);
  const employee = new Visitor(backoffice);
  const answer = async (subject: string, text: string) => {
    const list = await eventually('ticket', async () => {
      const page = await employee.open('/tickets');
      return page.text.includes(subject) ? page : undefined;
    });
    const link = list.document.querySelectorAll('tbody a').find((each) => each.textContent.includes(subject));
    await employee.submit(await employee.open(link?.getAttribute('href') ?? ''), '/reply', { text });
  };

  await t.test('without JavaScript everything can be done', async (t) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await report(page, customer, 'Without scripts');
    await page.getByLabel('What should we know?').fill('It is the upper tray.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('We have what you wrote').waitFor();
    t.match(await page.locator('#story').textContent(), 'It is the upper tray.');
    await page.getByRole('button', { name: 'Close the issue' }).click();
    t.match(await page.locator('#head').textContent(), 'Closed by you');
    await page.getByLabel('What is still wrong?').fill('It is blank again.');
    await page.getByRole('button', { name: 'Open the issue again' }).click();
    t.match(await page.locator('#head').textContent(), 'Open again');
    await page.getByRole('link', { name: 'Find your issues' }).click();
    await page.getByLabel('Your e-mail address').fill('kim@example.org');
    await page.getByRole('button', { name: 'Mail me my links' }).click();
    await page.getByText('is on its way').waitFor();
    await context.close();
  });

  await t.test('with JavaScript the open page follows, and what is being typed is kept', async (t) => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await report(page, customer, 'With scripts');
    await page.getByLabel('What should we know?').fill('I was just');
    await answer('With scripts', 'Which <b>paper</b> do you use?');
    await page.getByText('Which <b>paper</b> do you use?').waitFor();
    t.equal(await page.getByLabel('What should we know?').inputValue(), 'I was just');
    t.strictSame(problems, []);
    await page.close();
  });

  await t.test('nothing stands in the way of those who see or point badly', async (t) => {
    const page = await browser.newPage();
    await page.goto(customer);
    t.strictSame(await findBarriers(page), [], `the form`);
    await page.getByRole('button', { name: 'Report the issue' }).click();
    await page.locator('#field-text-error').waitFor();
    t.strictSame(await findBarriers(page), [], `the form with errors`);
    await report(page, customer, 'Seen in both themes');
    t.strictSame(await findBarriers(page), [], `the tracking page`);
    await page.goto(new URL('/links', customer).href);
    t.strictSame(await findBarriers(page), [], `lost links`);
    await page.goto(new URL('/nowhere', customer).href);
    t.strictSame(await findBarriers(page), [], `a page that is not there`);
    await page.close();
  });

  await t.test('on a phone nothing is wider than the screen', async (t) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await report(page, customer, `AVeryLongWord${'x'.repeat(120)}`);
    const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    t.equal(await page.evaluate(isWider), false);
    await page.close();
  });
});
