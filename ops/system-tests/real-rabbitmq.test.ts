// The way between the two services over a real RabbitMQ, there and back, with the services killed in between.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { Visitor } from './testing/visitor.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const url = process.env.DESKSTREAM_TEST_AMQP_URL;
const required = process.env.DESKSTREAM_TEST_REQUIRE === '1';
const skip =
  url === undefined && !required ? 'set DESKSTREAM_TEST_AMQP_URL to a RabbitMQ to run this' : false;

t.test('an issue goes to the back office and its news come back', { skip }, async (t) => {
  if (url === undefined)
    throw new Error('DESKSTREAM_TEST_REQUIRE is set, so DESKSTREAM_TEST_AMQP_URL must be, too.');
  const whole = await startWholeSystem({ AMQP_URL: url });
  t.teardown(whole.end);
  const { urls } = whole.system;
  t.equal(urls.broker, undefined, 'the embedded broker does not run');
  const customer = new Visitor(urls.customer);
  const employee = new Visitor(urls.backoffice);

  const subject = `Over RabbitMQ ${process.pid}`;
  const report = { email: 'kim@example.org', subject, kind: 'problem', text: 'Every second page is blank.' };
  const tracking = await customer.submit(await customer.open('/'), '/issues', report);
  const link = await eventually('ticket', async () => {
    const list = await employee.open('/tickets');
    return list.document.querySelectorAll('tbody a').find((each) => each.textContent === subject);
  });

  const back = [whole.system.restarted('backoffice'), whole.system.restarted('customer')];
  whole.system.kill('backoffice', 'SIGKILL');
  whole.system.kill('customer', 'SIGKILL');
  await Promise.all(back);

  const closed = await customer.submit(await customer.open(new URL(tracking.url).pathname), '/close');
  t.match(closed.text, 'You closed the issue.');
  const steps = await eventually('news of the cancelled ticket', async () => {
    const page = await customer.open(new URL(tracking.url).pathname);
    const texts = page.document
      .querySelectorAll('.timeline li p:first-of-type')
      .map((entry) => entry.textContent);
    return texts.length === 4 ? texts : undefined;
  });
  t.same(steps, [
    'You reported the issue.',
    'Your report is on our desk.',
    'You closed the issue.',
    'We have stopped working on it.',
  ]);
  const ticket = await employee.open(link.getAttribute('href') ?? '');
  t.match(ticket.text, 'Cancelled: the customer closed the issue');
});
