// GET /streams: a page of a stream, a category, the events of a type, or everything. GET /streams/event: one event.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import { type BrowsedPage, browse, isCursor, type Subject } from '../../observe/browse.ts';
import { type ObservedEntry, type ObservedEvent, observeEntry } from '../../observe/observed-event.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';

const PAGE_SIZE = 25;

const Query = Type.Object({
  by: Type.Optional(Type.String()),
  name: Type.Optional(Type.String({ maxLength: 400 })),
  direction: Type.Optional(Type.String()),
  from: Type.Optional(Type.String({ maxLength: 60 })),
});
type Query = Static<typeof Query>;
const EventQuery = Type.Object({
  stream: Type.String({ minLength: 1, maxLength: 400 }),
  revision: Type.String({ pattern: '^\\d{1,18}$' }),
});

const SUBJECTS = [
  { value: 'stream', label: 'One stream' },
  { value: 'category', label: 'A category' },
  { value: 'type', label: 'An event type' },
] as const;

export function showStreamsPages({ app, observatory, tracesUrl, nameOf }: ConsoleSite): void {
  app.get('/streams', async (request, reply) => {
    const query: Query = Value.Check(Query, request.query) ? request.query : {};
    const subject = subjectOf(query);
    const direction = query.direction === 'forwards' ? 'forwards' : 'backwards';
    const from = query.from !== undefined && isCursor(query.from) ? query.from : undefined;
    const page = await browse(observatory.store, subject, { direction, from, size: PAGE_SIZE });
    return reply.view('streams', {
      title: subject.kind === 'all' ? 'Streams' : subject.name,
      subjects: SUBJECTS,
      filter: { values: { by: query.by ?? 'stream', name: query.name ?? '' }, errors: {} },
      heading: headingOf(subject),
      entries: page.entries.map(rowOf),
      backwards: direction === 'backwards',
      fromSomewhere: from !== undefined,
      newest: linkWith(
        { by: query.by, name: query.name, direction: query.direction },
        { direction: '', from: '' },
      ),
      oldest: linkWith(
        { by: query.by, name: query.name, direction: query.direction },
        { direction: 'forwards', from: '' },
      ),
      next:
        page.next === undefined
          ? undefined
          : linkWith({ by: query.by, name: query.name, direction: query.direction }, { from: page.next }),
      stopped: page.stopped,
      notice: noticeOf(subject, page),
      empty: emptyText(subject, page),
    });
  });

  app.get('/streams/event', async (request, reply) => {
    const query: unknown = request.query;
    if (!Value.Check(EventQuery, query))
      throw new PageError(404, 'There is no such event.', { code: 'no-such-event' });
    const revision = BigInt(query.revision);
    const recorded = await recordedAt(observatory.store.client, query.stream, revision);
    const entry = recorded && (await observeEntry(observatory.store, { event: recorded }));
    if (entry === undefined) {
      throw new PageError(404, 'There is no such event: it never was, or the store has let it go.', {
        code: 'no-such-event',
      });
    }
    const { at, isLink, event } = entry;
    return reply.view('event', {
      title: event?.type ?? 'Link',
      at: { ...at, path: pathOf.stream(at.stream) },
      isLink,
      event: event && { ...event, ...linksOf(event, tracesUrl) },
      by: event?.ours && (await nameOf(event.ours.actor)),
      previous: at.revision === 0 ? undefined : pathOf.event(at.stream, at.revision - 1),
      next: pathOf.event(at.stream, at.revision + 1),
    });
  });
}

function subjectOf({ by = 'stream', name = '' }: Query): Subject {
  const trimmed = name.trim();
  const kind = SUBJECTS.find(({ value }) => value === by)?.value;
  if (trimmed === '' || kind === undefined) return { kind: 'all' };
  return { kind, name: kind === 'category' ? trimmed.replace(/^\$ce-|-$/g, '') : trimmed };
}

function headingOf(subject: Subject): string {
  switch (subject.kind) {
    case 'all':
      return 'Everything';
    case 'stream':
      return subject.name;
    case 'category':
      return `Streams ${subject.name}-…`;
    case 'type':
      return `Every ${subject.name}`;
  }
}

function rowOf({ at, isLink, event }: ObservedEntry) {
  const place = event ?? at;
  return {
    path: pathOf.event(place.stream, place.revision),
    streamPath: pathOf.stream(place.stream),
    place,
    link: isLink ? { ...at, path: pathOf.event(at.stream, at.revision) } : undefined,
    event,
    conversation: event?.ours && pathOf.conversation(event.ours.$correlationId),
  };
}

function linksOf({ id, ours }: ObservedEvent, tracesUrl: string) {
  const traceId = ours?.traceparent?.split('-')[1];
  return {
    conversation: ours && pathOf.conversation(ours.$correlationId),
    cause: ours && `${pathOf.conversation(ours.$correlationId)}?view=causes#e-${ours.$causationId}`,
    here: ours && `${pathOf.conversation(ours.$correlationId)}?view=causes#e-${id}`,
    trace: traceId === undefined ? undefined : `${tracesUrl}/trace/${traceId}`,
  };
}

/** What the page cannot show, and why. */
function noticeOf(subject: Subject, { source }: BrowsedPage): string | undefined {
  if (source !== 'search') return undefined;
  const besides = 'The store’s own streams (those that begin with $) are left out.';
  switch (subject.kind) {
    case 'all':
    case 'stream':
      return besides;
    case 'category':
      return `This store keeps no stream $ce-${subject.name} (its $by_category projection does not run, or nothing is in it): everything is looked through.`;
    case 'type':
      return `This store keeps no stream $et-${subject.name} (its $by_event_type projection does not run, or nothing is in it): everything is looked through.`;
  }
}

function emptyText(subject: Subject, { source, stopped }: BrowsedPage): string {
  if (source === 'missing') return 'There is no such stream, or nothing is left in it.';
  if (source === 'deleted') return 'This stream was deleted for good.';
  if (stopped !== undefined) return 'Nothing among those that were looked at.';
  return subject.kind === 'all' ? 'Nothing was ever written.' : 'Nothing fits, or there is no more.';
}
