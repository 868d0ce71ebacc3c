// GET /failed: what failed in a group, a service or everywhere, by error or one by one.
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import {
  type ErrorGroup,
  findFailures,
  groupFailures,
  LIST_STATES,
  type ListState,
} from '../../recovery/find/find-failures.ts';
import { type ListedMessage, lastErrorAt, readListed } from '../../recovery/find/list.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';
import {
  errorParameters,
  type FailedQuery,
  linkToFailed,
  placeText,
  readFailedQuery,
} from './failed-query.ts';

const PAGE_SIZE = 25;
const MOST_ERRORS = 100;

export const STATE_LABELS: Readonly<Record<ListState, { label: string; empty: string; tone: string }>> = {
  waiting: { label: 'Waiting', empty: 'No message waits for you.', tone: 'bad' },
  again: { label: 'Failed again', empty: 'Nothing that was replayed has failed again.', tone: 'bad' },
  replaying: { label: 'Being replayed', empty: 'Nothing is being replayed.', tone: 'info' },
  recovered: { label: 'Recovered', empty: 'Nothing has been recovered yet.', tone: 'good' },
  discarded: { label: 'Deleted', empty: 'Nothing has been deleted.', tone: 'neutral' },
};

export function listFailuresPage({ app, recoveries, tracesUrl, nameOf, live, changes }: ConsoleSite): void {
  app.get('/failed', async (request, reply) => {
    const query = readFailedQuery(recoveries, request.query, reply.locals.timeZone);
    await Promise.all(query.among.map(({ ledger }) => ledger.readToEnd()));
    const { list, filter, values, view } = query;
    const found = findFailures(query.among, list, filter, {
      ...query,
      size: view === 'list' ? PAGE_SIZE : 0,
    });
    const total = found.counts[list];
    const open = list === 'waiting' || list === 'again';
    const mayAct = reply.locals.readOnly !== true;
    const errors = view === 'errors' ? groupFailures(query.among, list, filter, MOST_ERRORS) : undefined;
    return reply.view('failed-messages', {
      title: 'Failed messages',
      ...scopeOf(query),
      tabs: LIST_STATES.map((state) => ({
        href: linkToFailed(pathOf.failed, values, {
          state: state === 'waiting' ? '' : state,
          view: viewIn(view),
        }),
        ...STATE_LABELS[state],
        count: found.counts[state],
        current: state === list,
      })),
      views: [
        { href: linkToFailed(pathOf.failed, values), label: 'By error', current: view === 'errors' },
        {
          href: linkToFailed(pathOf.failed, values, { view: 'list' }),
          label: 'One by one',
          current: view === 'list',
        },
      ],
      form: { values, errors: query.errors },
      choices: choicesOf(recoveries),
      isFiltered: Object.keys(values).some((name) => !['group', 'service', 'state'].includes(name)),
      withoutFilters: linkToFailed(pathOf.failed, kept(values), { view: viewIn(view) }),
      list,
      view: viewIn(view),
      total,
      empty: STATE_LABELS[list].empty,
      unread: found.unread,
      liveFrom: linkToFailed('/failed/live', kept(values)),
      mayAct,
      open,
      replayable: mayAct && list !== 'replaying',
      replayAll: open && linkToFailed('/failed/replay', values),
      discardAll: open && linkToFailed('/failed/discard', values),
      errors: errors && (await Promise.all(errors.groups.map((group) => errorRow(group, query)))),
      moreErrors: errors?.left,
      rows: await Promise.all((await readListed(found.rows)).map(messageRow)),
      newer: found.newer && placeText(found.newer),
      older: found.older && placeText(found.older),
    });
  });

  app.get('/failed/live', async (request, reply) => {
    const { among } = readFailedQuery(recoveries, request.query, undefined);
    return live(reply, (changed) => {
      if (among.length > 1) return changes.listenToAll(changed);
      const ends = among.map(({ group }) => changes.listen(streamOf.failures(group.name), changed));
      return () => {
        for (const end of ends) end();
      };
    });
  });

  const messageRow = async ({ recovery, message, facts, resolvedAt, discarded }: ListedMessage) => ({
    id: `${recovery.group.name}~${message.eventId}`,
    path: pathOf.message(recovery.group.name, message.eventId),
    state: STATE_LABELS[message.state],
    attempts: message.attempts,
    facts,
    traceUrl: facts.traceId === null ? undefined : `${tracesUrl}/trace/${facts.traceId}`,
    resolvedAt,
    discarded: discarded && { ...discarded, by: await nameOf(discarded.by) },
  });
}

async function errorRow(group: ErrorGroup, { values, list }: FailedQuery) {
  const { recovery, newest, count } = group;
  const chosen = { ...values, group: recovery.group.name, ...errorParameters(group) };
  return {
    ...group,
    group: recovery.group.name,
    last: await lastErrorAt(recovery.ledger, newest.parkedAt),
    newestPath: pathOf.message(recovery.group.name, newest.eventId),
    count,
    href: linkToFailed(pathOf.failed, chosen, { view: 'list' }),
    replay: linkToFailed('/failed/replay', chosen, { state: list }),
    discard: linkToFailed('/failed/discard', chosen, { state: list }),
  };
}

function scopeOf({ among, values }: FailedQuery) {
  const [only] = among;
  if (values.group !== undefined && only !== undefined)
    return { scope: only.group.name, purpose: only.group.purpose };
  return { scope: values.service === undefined ? undefined : `the service ${values.service}` };
}

function choicesOf({ all }: ConsoleSite['recoveries']) {
  return {
    groups: all.map(({ group }) => group.name),
    services: [...new Set(all.map(({ group }) => group.service))],
  };
}

/** Where messages are looked for, without what is looked for. */
function kept({ group = '', service = '', state = '' }: Readonly<Record<string, string>>) {
  return { group, service, state };
}

function viewIn(view: FailedQuery['view']): string {
  return view === 'list' ? view : '';
}
