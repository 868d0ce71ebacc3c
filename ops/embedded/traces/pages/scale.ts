/** Width of a waterfall in the units of its drawing. */
export const WIDTH = 1000;

const CUT_WIDTH = 24;
const MAX_CUTS = 10;
const MIN_CUT_US = 500_000;

type Interval = { readonly startUs: number; readonly endUs: number };

/** A stretch of time and the stretch of the drawing that shows it. */
type Piece = Interval & { readonly x: number; readonly width: number; readonly cut: boolean };

/** Maps time to places. Where nothing happened for long, the drawing is cut: a replay hours later stays readable. */
export type Scale = {
  /** The place of a time, 0 to 1000. */
  x(timeUs: number): number;
  /** The time at a place. */
  time(x: number): number;
  /** What is cut out. */
  readonly cuts: readonly { readonly x: number; readonly width: number; readonly idleUs: number }[];
};

/** The scale for a set of intervals, of which there is at least one. */
export function toScale(intervals: readonly Interval[]): Scale {
  const busy = merge(intervals);
  const busyUs = busy.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0);
  const pieces = toPieces(busy, Math.max(MIN_CUT_US, busyUs));
  return {
    x(timeUs) {
      const piece = pieces.find(({ endUs }) => timeUs <= endUs) ?? pieces.at(-1);
      if (!piece) return 0;
      const share = (timeUs - piece.startUs) / Math.max(piece.endUs - piece.startUs, 1e-9);
      return round(piece.x + Math.min(Math.max(share, 0), 1) * piece.width);
    },
    time(x) {
      const piece = pieces.find((piece) => x <= piece.x + piece.width) ?? pieces.at(-1);
      if (!piece) return 0;
      const share = (x - piece.x) / Math.max(piece.width, 1e-9);
      return piece.startUs + Math.min(Math.max(share, 0), 1) * (piece.endUs - piece.startUs);
    },
    cuts: pieces
      .filter(({ cut }) => cut)
      .map(({ x, width, startUs, endUs }) => ({ x: round(x), width, idleUs: endUs - startUs })),
  };
}

/** Overlapping intervals as one, in the order of time. */
function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.startUs - b.startUs)) {
    const last = merged.at(-1);
    if (last && next.startUs <= last.endUs) {
      merged[merged.length - 1] = { startUs: last.startUs, endUs: Math.max(last.endUs, next.endUs) };
    } else merged.push(next);
  }
  return merged;
}

function toPieces(busy: readonly Interval[], cutFromUs: number): Piece[] {
  const idle = busy
    .slice(1)
    .map(({ startUs }, index) => ({ startUs: busy[index]?.endUs ?? startUs, endUs: startUs }));
  const cuts = idle
    .filter(({ startUs, endUs }) => endUs - startUs > cutFromUs)
    .sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs))
    .slice(0, MAX_CUTS)
    .sort((a, b) => a.startUs - b.startUs);
  const end = busy.at(-1)?.endUs ?? 0;
  const shown: (Interval & { cut: boolean })[] = [];
  let startUs = busy[0]?.startUs ?? 0;
  for (const cut of cuts) {
    shown.push({ startUs, endUs: cut.startUs, cut: false }, { ...cut, cut: true });
    startUs = cut.endUs;
  }
  shown.push({ startUs, endUs: end, cut: false });
  const drawnUs = shown.reduce((sum, { startUs, endUs, cut }) => sum + (cut ? 0 : endUs - startUs), 0);
  const perUs = (WIDTH - cuts.length * CUT_WIDTH) / Math.max(drawnUs, 1e-9);
  let x = 0;
  return shown.map((piece) => {
    const width = piece.cut ? CUT_WIDTH : (piece.endUs - piece.startUs) * perUs;
    const placed = { ...piece, x, width };
    x += width;
    return placed;
  });
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
