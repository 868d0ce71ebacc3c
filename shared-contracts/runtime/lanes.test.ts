import t from 'tap';
import { Lanes } from './lanes.ts';

/** Work that waits until it is told to end. */
function held() {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { promise, end, fail };
}

t.test('work of one lane runs in order, one after the other', async (t) => {
  const lanes = new Lanes();
  const log: string[] = [];
  const first = held();
  const one = lanes.run('issue-1', async () => {
    log.push('first begins');
    await first.promise;
    log.push('first ends');
    return 1;
  });
  const two = lanes.run('issue-1', async () => {
    log.push('second');
    return 2;
  });
  const other = lanes.run('issue-2', async () => {
    log.push('other lane');
    return 3;
  });
  t.equal(lanes.size, 3);
  t.equal(await other, 3, 'another lane does not wait for this one');
  first.end();
  t.strictSame([await one, await two], [1, 2]);
  t.strictSame(log, ['first begins', 'other lane', 'first ends', 'second']);
});

t.test('work of other lanes runs side by side', async (t) => {
  const lanes = new Lanes();
  const gate = held();
  let begun = 0;
  const all = ['a', 'b', 'c'].map((lane) =>
    lanes.run(lane, async () => {
      begun += 1;
      if (begun === 3) gate.end();
      await gate.promise;
      return lane;
    }),
  );
  t.strictSame(await Promise.all(all), ['a', 'b', 'c'], 'each waited for all to have begun');
});

t.test('work that fails is told to whoever gave it, and does not stop its lane', async (t) => {
  const lanes = new Lanes();
  const failure = new Error('the first fails');
  const one = lanes.run('a', async () => {
    throw failure;
  });
  const two = lanes.run('a', async () => 'went on');
  const thrown = lanes.run('b', () => {
    throw failure;
  });
  await t.rejects(one, failure);
  await t.rejects(thrown, failure);
  t.equal(await two, 'went on');
});

t.test('idle waits for all that is in flight, also for what comes meanwhile', async (t) => {
  const lanes = new Lanes();
  await lanes.idle();
  const log: string[] = [];
  const first = held();
  const later = held();
  const one = lanes.run('a', async () => {
    await first.promise;
    log.push('first');
  });
  const idle = lanes.idle().then(() => log.push('idle'));
  const two = lanes.run('b', async () => {
    await later.promise;
    log.push('later');
  });
  first.end();
  await one;
  later.end();
  await two;
  await idle;
  t.strictSame(log, ['first', 'later', 'idle']);
  t.equal(lanes.size, 0);
});

t.test('idle waits for work that fails too', async (t) => {
  const lanes = new Lanes();
  const gate = held();
  const failing = lanes.run('a', () => gate.promise).catch(() => 'failed');
  const idle = lanes.idle();
  gate.fail(new Error('in the end it fails'));
  await idle;
  t.equal(lanes.size, 0);
  t.equal(await failing, 'failed');
});
