import type { Span } from '../span.ts';

/** One row of a trace, in the order in which it is read from top to bottom. */
export type Row =
  | { readonly kind: 'span'; readonly span: Span; readonly depth: number }
  /** A span that others name as their parent and that has not arrived (yet, or was never sent). */
  | { readonly kind: 'missing'; readonly spanId: string; readonly depth: number };

type Node = {
  readonly spanId: string;
  readonly span: Span | null;
  readonly children: Node[];
  startUs: number;
};

/**
 * The spans of one trace as one tree, whatever has arrived of it.
 *
 * Spans without a parent come first, each with all below it, in the order of their start. A parent that is missing
 * has a place of its own with its children below it: under the root, where there is exactly one, since it belongs to
 * that trace. Spans that are each other's ancestors are cut at the earliest of them.
 */
export function toRows(spans: readonly Span[]): Row[] {
  const nodes = new Map<string, Node>();
  for (const span of spans) {
    nodes.set(span.spanId, { spanId: span.spanId, span, children: [], startUs: span.startUs });
  }
  const roots: Node[] = [];
  const missing = new Map<string, Node>();
  for (const node of [...nodes.values()].sort(byStart)) {
    const parentId = node.span?.parentSpanId ?? null;
    if (parentId === null || parentId === node.spanId) roots.push(node);
    else (nodes.get(parentId) ?? missingParent(missing, parentId, node.startUs)).children.push(node);
  }
  const orphans = [...missing.values()];
  const [root, ...others] = roots;
  if (root && others.length === 0) root.children.push(...orphans);
  else roots.push(...orphans);

  const rows: Row[] = [];
  const seen = new Set<Node>();
  for (const top of roots.sort(byStart)) walk(top, rows, seen);
  for (const node of [...nodes.values()].sort(byStart)) if (!seen.has(node)) walk(node, rows, seen);
  return rows;
}

function missingParent(missing: Map<string, Node>, spanId: string, startUs: number): Node {
  const node = missing.get(spanId) ?? { spanId, span: null, children: [], startUs };
  missing.set(spanId, node);
  return node;
}

/** Depth first without recursion: a trace may be deeper than the stack. */
function walk(top: Node, rows: Row[], seen: Set<Node>): void {
  const stack = [{ node: top, depth: 0 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, depth } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    rows.push(
      node.span ? { kind: 'span', span: node.span, depth } : { kind: 'missing', spanId: node.spanId, depth },
    );
    for (const child of node.children.sort(byStart).toReversed())
      stack.push({ node: child, depth: depth + 1 });
  }
}

function byStart(a: Node, b: Node): number {
  return a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1);
}
