// A handful of issues in different states, made the way people make them: over the sites.
import type { SystemUrls } from '../start/plan.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { Visitor } from '../system-tests/testing/visitor.ts';

/** What pages of single things need to be found by. */
export type Samples = {
  /** Path of a tracking page with a conversation. */
  readonly tracking: string;
  /** Path of the ticket of the same issue. */
  readonly ticket: string;
};

const REPORTS = [
  {
    subject: 'The printer prints blank pages',
    kind: 'problem',
    name: 'Kim Okoro',
    text: 'Since Monday every second page comes out blank.\nWe changed the toner and the paper.',
  },
  {
    subject: 'Which form is for travel costs?',
    kind: 'question',
    name: 'Lou Brandt',
    text: 'I found three of them.',
  },
  {
    subject: 'A second screen, please',
    kind: 'request',
    name: 'Noor Haddad',
    text: 'For the desk by the window.',
  },
  {
    subject: 'The door of the bicycle cellar does not close any more, and the alarm goes off at night',
    kind: 'problem',
    name: '',
    text: 'It happens when it is windy.',
  },
] as const;

/** @throws Error when the system does not get as far within some seconds. */
export async function fillWithSamples(urls: SystemUrls): Promise<Samples> {
  const customer = new Visitor(urls.customer);
  const employee = new Visitor(urls.backoffice);
  const paths: string[] = [];
  for (const report of REPORTS) {
    const form = await customer.open('/');
    const page = await customer.submit(form, '/issues', { ...report, email: 'kim@example.org' });
    paths.push(new URL(page.url).pathname);
  }
  const ticketOf = ({ subject }: (typeof REPORTS)[number]) =>
    eventually(`ticket: ${subject}`, async () => {
      const list = await employee.open('/tickets');
      const link = list.document
        .querySelectorAll('tbody a')
        .find((each) => each.textContent.includes(subject));
      return link?.getAttribute('href') ?? undefined;
    });
  const [printer, form] = [await ticketOf(REPORTS[0]), await ticketOf(REPORTS[1])];
  const act = async (path: string, action: string, typed: Readonly<Record<string, string>> = {}) =>
    employee.submit(await employee.open(path), action, typed);
  const someone = async (path: string) => {
    const page = await employee.open(path);
    const options = page.document.querySelectorAll('select[name=employeeId] option');
    return options.find((each) => each.textContent.includes('Ada'))?.getAttribute('value') ?? '';
  };
  await act(printer, '/assign', { employeeId: await someone(printer) });
  await act(printer, '/start');
  await act(printer, '/note', { text: 'The same printer as last month.' });
  await act(printer, '/reply', { text: 'Which paper do you use?', wait: 'yes' });
  await act(form, '/assign', { employeeId: await someone(form) });
  await act(form, '/start');
  await act(form, '/resolve', { text: 'The blue one. We take the other two away.' });
  const tracking = paths[0] ?? '';
  await eventually('the answer on the page', async () =>
    (await customer.open(tracking)).text.includes('Which paper do you use?') ? true : undefined,
  );
  return { tracking, ticket: printer };
}
