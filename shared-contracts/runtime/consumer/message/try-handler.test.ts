import t from 'tap';
import { ContractViolation } from '../../../messages/decode-message.ts';
import { CommandRejected, DeadlineExceeded, PermanentFailure } from '../errors.ts';
import { type Clock, type TryOptions, tryHandler } from './try-handler.ts';

/** Time that passes in pauses only, and remembers them. */
function madeUpTime(onPause: (pauses: number) => void = () => undefined) {
  let now = 1_000_000;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => now,
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
      onPause(pauses.length);
    },
  };
  return { clock, pauses, passed: () => now - 1_000_000 };
}

function options(changes: Partial<TryOptions> = {}): TryOptions {
  return {
    deadlineMs: 60_000,
    budgetMs: 30_000,
    patienceMs: Number.POSITIVE_INFINITY,
    stopping: new AbortController().signal,
    onRetry: () => undefined,
    ...changes,
  };
}

/** A handler that fails with these errors, one for each try, then works. */
function failing(errors: readonly unknown[]): () => Promise<void> {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= errors.length) throw errors[tries - 1];
  };
}

const mayPass = () => new Error('the mailbox is busy');
const outage = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

t.test('a handler that works is tried once', async (t) => {
  const { clock, pauses } = madeUpTime();
  t.strictSame(await tryHandler(failing([]), options(), clock), { kind: 'handled', tries: 1 });
  t.strictSame(pauses, []);
});

t.test('what cannot pass is given up at once', async (t) => {
  const { clock, pauses } = madeUpTime();
  const retried: unknown[] = [];
  for (const error of [
    new ContractViolation('IssueReported', '/email', 'is missing'),
    new CommandRejected({ code: 'ticket-resolved', message: 'This ticket is resolved.' }),
    new PermanentFailure('mail-refused', 'The mail server refused the mail.'),
    new TypeError('x is not a function'),
    'not even an error',
  ]) {
    const tried = await tryHandler(
      failing([error]),
      options({ onRetry: (retry) => retried.push(retry) }),
      clock,
    );
    t.strictSame(tried, { kind: 'failed', tries: 1, error });
  }
  t.strictSame({ pauses, retried }, { pauses: [], retried: [] });
});

t.test('what may pass is tried again after pauses that grow, until it works', async (t) => {
  const { clock, pauses } = madeUpTime();
  const errors = Array.from({ length: 8 }, mayPass);
  const retried: [unknown, number][] = [];
  const onRetry = (error: unknown, tries: number) => retried.push([error, tries]);
  t.strictSame(await tryHandler(failing(errors), options({ onRetry }), clock), { kind: 'handled', tries: 9 });
  t.strictSame(
    retried,
    errors.map((error, index) => [error, index + 1]),
  );
  const most = [100, 200, 400, 800, 1600, 3200, 5000, 5000];
  t.equal(pauses.length, most.length);
  for (const [index, pause] of pauses.entries()) {
    const longest = most[index] ?? 0;
    t.ok(pause >= longest / 2 && pause <= longest, `pause ${index + 1} of ${pause} ms is within its limits`);
  }
});

t.test('what may pass but does not is given up within the budget, with the last error', async (t) => {
  const { clock, pauses, passed } = madeUpTime();
  const errors = Array.from({ length: 100 }, mayPass);
  const tried = await tryHandler(failing(errors), options(), clock);
  t.strictSame(tried, { kind: 'failed', tries: pauses.length + 1, error: errors[pauses.length] });
  t.ok(passed() <= 30_000, 'no longer than the budget');
  t.ok(passed() > 25_000, 'but nearly all of it');
});

t.test('an outage beyond our patience is told apart, however often it was tried', async (t) => {
  const { clock, passed } = madeUpTime();
  const error = outage();
  const tried = await tryHandler(
    failing(Array.from({ length: 500 }, () => error)),
    options({ patienceMs: 5000 }),
    clock,
  );
  t.strictSame(tried, { kind: 'outage', error });
  t.ok(passed() > 5000 && passed() < 12_000, `after ${passed()} ms`);
});

t.test('an outage is waited out until it is over, however long', async (t) => {
  const { clock, pauses, passed } = madeUpTime();
  const tried = await tryHandler(failing(Array.from({ length: 500 }, outage)), options(), clock);
  t.strictSame(tried, { kind: 'handled', tries: 501 });
  t.ok(passed() > 10 * 60_000);
  t.ok(Math.max(...pauses) <= 5000, 'it is noticed soon that the outage is over');
});

t.test('the time of an outage is not taken from the message', async (t) => {
  const { clock } = madeUpTime();
  const errors = [...Array.from({ length: 100 }, outage), mayPass(), mayPass()];
  t.strictSame(await tryHandler(failing(errors), options(), clock), { kind: 'handled', tries: 103 });
});

t.test('a stop while an outage lasts leaves the message to the next instance', async (t) => {
  const stop = new AbortController();
  const { clock, pauses } = madeUpTime((count) => {
    if (count === 3) stop.abort();
  });
  const tried = await tryHandler(
    failing(Array.from({ length: 100 }, outage)),
    options({ stopping: stop.signal }),
    clock,
  );
  t.strictSame(tried, { kind: 'left' });
  t.equal(pauses.length, 3);
});

t.test('a stop cuts a real pause short', async (t) => {
  const stop = new AbortController();
  const tried = tryHandler(
    failing(Array.from({ length: 10_000 }, outage)),
    options({ stopping: stop.signal, onRetry: (_, tries) => tries === 2 && stop.abort() }),
  );
  t.strictSame(await tried, { kind: 'left' });
});

t.test('a stop does not keep a message from being handled or given up', async (t) => {
  const { clock } = madeUpTime();
  const stopping = AbortSignal.abort();
  const poison = new PermanentFailure('mail-refused', 'The mail server refused the mail.');
  t.strictSame(await tryHandler(failing([]), options({ stopping }), clock), { kind: 'handled', tries: 1 });
  t.strictSame(await tryHandler(failing([poison]), options({ stopping }), clock), {
    kind: 'failed',
    tries: 1,
    error: poison,
  });
  t.strictSame(await tryHandler(failing([mayPass()]), options({ stopping }), clock), { kind: 'left' });
});

t.test('a handler that does not end is told so at its deadline, and tried again', async (t) => {
  const told: unknown[] = [];
  let tries = 0;
  const handle = async (signal: AbortSignal) => {
    tries += 1;
    if (tries === 2) return;
    await new Promise<never>(() => signal.addEventListener('abort', () => told.push(signal.reason)));
  };
  const retried: unknown[] = [];
  const tried = await tryHandler(
    handle,
    options({ deadlineMs: 5, onRetry: (error) => retried.push(error) }),
    madeUpTime().clock,
  );
  t.strictSame(tried, { kind: 'handled', tries: 2 });
  t.strictSame(retried, told);
  t.ok(told[0] instanceof DeadlineExceeded);
  t.match(told[0], { code: 'deadline-exceeded', message: 'The handler took longer than 5 ms.' });
});

t.test('a deadline says so also when the handler fails because of it', async (t) => {
  const handle = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const tried = await tryHandler(handle, options({ deadlineMs: 5, budgetMs: 0 }), madeUpTime().clock);
  t.match(tried, { kind: 'failed', tries: 1, error: { code: 'deadline-exceeded' } });
});

t.test('a handler that ended in time leaves no timer behind', async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  for (let times = 0; times < 5; times += 1) await tryHandler(failing([]), options());
  t.equal(timers(), before);
});
