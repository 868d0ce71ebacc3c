import fc from 'fast-check';
import t from 'tap';
import type { Span } from '../span.ts';
import { toScale, WIDTH } from './scale.ts';
import { type Row, toRows } from './tree.ts';
import { duration } from './view-helpers.ts';
import { toWaterfall } from './waterfall.ts';

const MINUTE = 60_000_000;

function span(spanId: string, parentSpanId: string | null, startUs = 0, more: Partial<Span> = {}): Span {
  return {
    traceId: 'f'.repeat(32),
    spanId,
    parentSpanId,
    name: spanId,
    kind: 'INTERNAL',
    service: 'customer',
    instance: '',
    scope: '',
    startUs,
    durationUs: 1000,
    status: 'UNSET',
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    ...more,
  };
}

const outline = (rows: readonly Row[]) =>
  rows.map((row) => '  '.repeat(row.depth) + (row.kind === 'span' ? row.span.spanId : `(${row.spanId})`));

t.test('spans become one tree, whatever has arrived', async (t) => {
  t.strictSame(
    outline(toRows([span('c', 'a', 3), span('b', 'a', 2), span('d', 'b', 9), span('a', null, 1)])),
    ['a', '  b', '    d', '  c'],
    'children by their start',
  );
  t.strictSame(
    outline(toRows([span('a', null, 1), span('x', 'gone', 5), span('y', 'gone', 4), span('b', 'a', 9)])),
    ['a', '  (gone)', '    y', '    x', '  b'],
    'a parent that is missing has a place below the only root',
  );
  t.strictSame(
    outline(toRows([span('x', 'gone', 5), span('y', 'gone too', 4)])),
    ['(gone too)', '  y', '(gone)', '  x'],
    'and at the top where there is no root',
  );
  t.strictSame(outline(toRows([span('b', null, 2), span('a', null, 1)])), ['a', 'b'], 'two roots');
  t.strictSame(
    outline(toRows([span('a', 'b', 1), span('b', 'a', 2), span('c', 'c', 3)])),
    ['c', 'a', '  b'],
    'spans that are each other’s ancestors',
  );
  const deep = Array.from({ length: 20_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i));
  t.equal(toRows(deep).at(-1)?.depth, 19_999, 'deeper than the stack');
});

t.test('every span has exactly one row, below its parent where that is known', async () => {
  const id = fc.integer({ min: 0, max: 12 }).map(String);
  const spans = fc.uniqueArray(
    fc.record({ id, parent: fc.option(id), start: fc.integer({ min: 0, max: 50 }) }),
    { selector: (entry) => entry.id },
  );
  fc.assert(
    fc.property(spans, (entries) => {
      const rows = toRows(entries.map(({ id, parent, start }) => span(id, parent, start)));
      const shown = rows.flatMap((row) => (row.kind === 'span' ? [row.span.spanId] : []));
      if (
        shown.toSorted().join() !==
        entries
          .map((entry) => entry.id)
          .toSorted()
          .join()
      )
        return false;
      return rows.every((row, index) => row.depth === 0 || row.depth <= (rows[index - 1]?.depth ?? -1) + 1);
    }),
  );
});

t.test('the scale maps the time of a trace to the width of the drawing', async (t) => {
  const plain = toScale([
    { startUs: 1000, endUs: 2000 },
    { startUs: 1500, endUs: 5000 },
  ]);
  t.strictSame([plain.x(1000), plain.x(3000), plain.x(5000)], [0, 500, WIDTH]);
  t.strictSame([plain.time(0), plain.time(500), plain.time(WIDTH)], [1000, 3000, 5000]);
  t.strictSame(plain.cuts, []);

  const replayed = toScale([
    { startUs: 0, endUs: 488_000 },
    { startUs: 20 * MINUTE, endUs: 20 * MINUTE + 488_000 },
  ]);
  t.strictSame(replayed.cuts, [{ x: 488, width: 24, idleUs: 20 * MINUTE - 488_000 }]);
  t.strictSame(
    [replayed.x(488_000), replayed.x(20 * MINUTE), replayed.x(20 * MINUTE + 244_000)],
    [488, 512, 756],
    'what happened before and after the pause is drawn at the same scale',
  );
  t.equal(toScale([{ startUs: 7, endUs: 7 }]).x(7), 0, 'a trace of no length');
});

t.test('later never is further left, and everything is inside', async () => {
  const interval = fc
    .record({ startUs: fc.nat(10_000_000), length: fc.nat(2_000_000) })
    .map(({ startUs, length }) => ({ startUs, endUs: startUs + length }));
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 30 }), (intervals) => {
      const scale = toScale(intervals);
      const xs = intervals
        .flatMap(({ startUs, endUs }) => [startUs, endUs])
        .toSorted((a, b) => a - b)
        .map((time) => scale.x(time));
      return xs.every((x, index) => x >= (xs[index - 1] ?? 0) && x <= WIDTH);
    }),
  );
});

t.test('a long trace is shown in parts', async (t) => {
  const many = Array.from({ length: 1200 }, (_, i) => span(String(i).padStart(4, '0'), null, i));
  const { rows, earlier, later, firstShown, lastShown } = toWaterfall(many, 500);
  t.strictSame(
    [rows.length, firstShown, lastShown, earlier, later],
    [500, 501, 1000, { row: 0 }, { row: 1000 }],
  );
  t.strictSame(toWaterfall(many, 1e9).firstShown, 1, 'a row that is not there');
});

t.test('a short bar at the end can still be seen, and durations read well', async (t) => {
  const { rows } = toWaterfall([span('a', null, 0, { durationUs: 1e6 }), span('b', 'a', 1e6)], 0);
  t.match(rows[1], { bar: { x: 997, width: 3 } });
  const units = [0, 999, 1500, 38_200, 944_000, 1_500_000, 90e6, 20.6 * MINUTE, 600 * MINUTE].map(duration);
  t.strictSame(units, ['0 µs', '999 µs', '1.5 ms', '38.2 ms', '944 ms', '1.5 s', '90 s', '20.6 min', '10 h']);
});
