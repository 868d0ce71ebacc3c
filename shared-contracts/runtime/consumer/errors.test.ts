import { UnavailableError } from '@eventstore/db-client';
import { Metadata, status } from '@grpc/grpc-js';
import t from 'tap';
import { ContractViolation } from '../../messages/decode-message.ts';
import { BrokerUnavailable } from '../bus/confirmed-sends.ts';
import { ConflictError } from '../handle-command.ts';
import { codeOf } from '../outage.ts';
import { redact } from '../redact.ts';
import { CommandRejected, classify, DeadlineExceeded, mustBeAccepted, PermanentFailure } from './errors.ts';

const named = (name: string) => Object.assign(new Error('down'), { name });
const coded = (code: string) => Object.assign(new Error('down'), { code });
const storeDown = new UnavailableError(
  Object.assign(new Error('14 UNAVAILABLE: Connection dropped'), {
    code: status.UNAVAILABLE,
    details: 'Connection dropped',
    metadata: new Metadata(),
  }),
);

t.test('what fails the same way each time is poison', async (t) => {
  for (const error of [
    new ContractViolation('IssueReported', '/email', 'is missing'),
    new CommandRejected({ code: 'issue-unknown', message: 'We do not know this issue.' }),
    new PermanentFailure('origin-gone', 'The event no longer exists.'),
    new TypeError('x is not a function'),
    new RangeError('too deep'),
    'a string',
    undefined,
  ]) {
    t.equal(classify(error), 'poison', String(error));
  }
});

t.test('a dependency that is down is an outage: nothing is wrong with the message', async (t) => {
  for (const error of [
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    coded('ENOTFOUND'),
    coded('ETIMEDOUT'),
    coded('EPIPE'),
    coded('ESOCKET'),
    coded('ECONNECTION'),
    coded('EDNS'),
    named('MongoNetworkError'),
    named('MongoNetworkTimeoutError'),
    named('MongoPoolClearedError'),
    named('MongoServerSelectionError'),
    new BrokerUnavailable('There is no connection to the broker.'),
    storeDown,
  ]) {
    t.equal(classify(error), 'outage', `${error.name} ${codeOf(error)}`);
  }
});

t.test('everything else may pass', async (t) => {
  for (const error of [
    new Error('the mailbox is busy'),
    new DeadlineExceeded(50),
    new ConflictError('ticket-7'),
    coded('EENVELOPE'),
    named('MongoServerError'),
  ]) {
    t.equal(classify(error), 'retry', String(error));
  }
});

t.test('the code of an error is its own, or the type that the store client gives it', async (t) => {
  t.strictSame(
    [codeOf(coded('ESOCKET')), codeOf(storeDown), codeOf(new Error('none')), codeOf(new ConflictError('a'))],
    ['ESOCKET', 'unavailable', undefined, 'append-conflict'],
  );
});

t.test('a refused command fails the message, with the words of the refusal', async (t) => {
  mustBeAccepted({ kind: 'done', stream: 'ticket-7', revision: 0, appended: 1 });
  t.throws(
    () =>
      mustBeAccepted({
        kind: 'rejected',
        rejection: { code: 'issue-unknown', message: 'We do not know this issue.' },
      }),
    { name: 'CommandRejected', code: 'issue-unknown', message: 'We do not know this issue.' },
  );
});

t.test('addresses are taken out of what other software says', async (t) => {
  t.strictSame(
    [
      "550 5.1.1 <kim.o'brien+desk@mail.example.org>: Recipient address rejected",
      'to:kim@example.org, (ada@example.org); "ben@example.org"',
      '"kim smith"@example.org is unknown',
      'connect ECONNREFUSED amqp://desk:pass@broker:5672',
      'kim@büro.example',
      'E11000 duplicate key error, 3 @ 4',
    ].map(redact),
    [
      '550 5.1.1 <<address>>: Recipient address rejected',
      'to:<address>, (<address>); "<address>"',
      '<address> is unknown',
      'connect ECONNREFUSED amqp://desk:<address>:5672',
      '<address>',
      'E11000 duplicate key error, 3 @ 4',
    ],
  );
});

t.test('a long text takes no long time', async (t) => {
  const long = 'x'.repeat(1_000_000);
  t.equal(redact(`${long} ${long}@example.org`), `${long} <address>`);
});
