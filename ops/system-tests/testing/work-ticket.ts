import { eventually } from './eventually.ts';
import type { Visitor } from './visitor.ts';

/** Everything that employees can write on a ticket, with a word in it. */
export async function workTicket(employee: Visitor, subject: string, word: string): Promise<void> {
  const link = await eventually('the ticket', async () => {
    const list = await employee.open('/tickets?queue=all');
    return list.document.querySelectorAll('tbody a').find((each) => each.textContent === subject);
  });
  let ticket = await employee.open(link.getAttribute('href') ?? '');
  const admin = ticket.document.querySelectorAll('#assign-employee option').at(-1)?.getAttribute('value');
  ticket = await employee.submit(ticket, '/assign', { employeeId: admin ?? '' });
  ticket = await employee.submit(ticket, '/start');
  ticket = await employee.submit(ticket, '/note', { text: `A note, ${word}.` });
  ticket = await employee.submit(ticket, '/reply', { text: `An answer, ${word}.` });
  ticket = await employee.submit(ticket, '/report', { text: `A status, ${word}.` });
}
