// A trace as text: one line for each span, under its parent; what has the same parent in the order of the names.
import type { SpanFacts } from './nodes-api.ts';

/** Each line: the depth as indent, then service, kind and name; what went wrong, was tried again, or is linked to, behind it. */
export function treeOf(spans: readonly SpanFacts[]): readonly string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === null || !ids.has(parentSpanId));
  const linesOf = (span: SpanFacts): readonly string[] => {
    const below = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId).map(linesOf);
    return [lineOf(span, spans), ...inOrder(below).map((line) => `  ${line}`)];
  };
  return inOrder(roots.map(linesOf));
}

/** Writes to the database: in which span each was made depends on which events came at once, so they are told apart. */
export function isWrite({ attributes }: SpanFacts): boolean {
  return attributes['db.system.name'] !== undefined;
}

/**
 * Each step that led to a write, alone or with others, and what was written to, in whatever version; in the order of
 * the names.
 */
export function writesOf(spans: readonly SpanFacts[]): readonly string[] {
  const ledTo = ({ parentSpanId, links }: SpanFacts) => {
    const linked = links.filter(({ attributes }) => attributes['deskstream.linked_as'] === 'message');
    return new Set([parentSpanId, ...linked.map(({ spanId }) => spanId)]);
  };
  return spans
    .filter(isWrite)
    .flatMap((write) => {
      const steps = spans.filter(({ spanId }) => ledTo(write).has(spanId));
      const what = String(write.attributes['db.collection.name']).replace(/_v\d+/, '');
      return steps.map((step) => `${nameOf(step)}: ${write.kind} ${what}`);
    })
    .toSorted();
}

function inOrder(parts: readonly (readonly string[])[]): readonly string[] {
  const sorted = parts.map((lines) => ({ lines, key: lines.join('\n') }));
  return sorted.sort((one, other) => (one.key < other.key ? -1 : 1)).flatMap(({ lines }) => lines);
}

function lineOf(span: SpanFacts, all: readonly SpanFacts[]): string {
  const links = span.links.map(({ spanId, attributes }) => {
    const target = all.find((other) => other.spanId === spanId);
    return `→ ${attributes['deskstream.linked_as']}: ${target ? nameOf(target) : 'elsewhere'}`;
  });
  const events = span.events.map(({ name }) => `!${name}`);
  return [`${span.service} ${span.kind} ${nameOf(span)}`, ...events, ...links].join(' ');
}

/** A replay is another attempt of the same; so is what failed. */
function nameOf({ name, status, attributes }: SpanFacts): string {
  const attempt = Number(attributes['deskstream.attempt'] ?? 1);
  return [name, ...(attempt > 1 ? [`#${attempt}`] : []), ...(status === 'ERROR' ? ['(ERROR)'] : [])].join(
    ' ',
  );
}
