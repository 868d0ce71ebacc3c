// GET /groups/:group: the failed messages of one group; POSTs replay one, replay all that wait, and delete one.
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { ALL_GROUPS, type GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { pageNumber, pagingOf } from '../../shared-contracts/runtime/web/query.ts';
import { discard } from '../recovery/discard.ts';
import { FAILED_STATES, type FailedMessage, type FailedState } from '../recovery/failed-message.ts';
import { readLastAttempt, readLedger } from '../recovery/read-ledger.ts';
import { requestReplays } from '../recovery/replay.ts';
import type { ConsoleSite } from './console-site.ts';

const PAGE_SIZE = 20;
const OUTCOME_LIMIT_MS = 1500;

const OneForm = Type.Object({ commandId: CommandId, message: Type.String({ format: 'uuid' }) });
const DiscardForm = Type.Object({
  commandId: CommandId,
  message: Type.String({ format: 'uuid' }),
  reason: Type.String({ maxLength: 1000, errorMessage: 'Say why this message is not to be handled.' }),
});
const AllForm = Type.Object({ commandId: CommandId });

const STATE_LABELS: Record<FailedState, { label: string; tone: string; empty: string }> = {
  waiting: { label: 'Waiting', tone: 'bad', empty: 'No message of this group waits for you.' },
  replaying: { label: 'Being replayed', tone: 'info', empty: 'Nothing is being replayed.' },
  recovered: { label: 'Recovered', tone: 'good', empty: 'Nothing has been recovered yet.' },
  discarded: { label: 'Deleted', tone: 'neutral', empty: 'Nothing has been deleted.' },
};

type Route = { Params: { group: string }; Querystring: { state?: string; page?: string } };

export function failedMessagePages(site: ConsoleSite): void {
  const { app, store, operator } = site;

  const backTo = (group: string) => `/groups/${encodeURIComponent(group)}`;

  app.get<Route>('/groups/:group', async (request, reply) => {
    const group = groupNamed(request.params.group);
    const state = FAILED_STATES.find((known) => known === (request.query.state ?? 'waiting'));
    if (state === undefined) throw new PageError(404, 'There is no such list.');
    return showList(site, reply, group, state, pageNumber(request.query.page));
  });

  app.post<Route>('/groups/:group/replay', async (request, reply) => {
    const { name } = groupNamed(request.params.group);
    const form = parseForm(OneForm, request.body);
    if (!form.ok) throw new PageError(400, 'This form is not complete. Go back and try again.');
    const message = await find(name, form.values.message);
    await requestReplays(store, name, [message], { by: operator, commandId: commandIdOf(form.values) });
    const after = await settled(name, form.values.message);
    if (after.state === 'recovered') reply.flash('done', 'The message was handled: it is recovered.');
    else if (after.state === 'waiting')
      reply.flash('problem', 'The handler failed again; the newest error is shown.');
    else reply.flash('note', 'The replay is on its way.');
    return reply.redirect(backTo(name), 303);
  });

  app.post<Route>('/groups/:group/replay-all', async (request, reply) => {
    const { name } = groupNamed(request.params.group);
    const form = parseForm(AllForm, request.body);
    if (!form.ok) throw new PageError(400, 'This form is not complete. Go back and try again.');
    const waiting = [...(await readLedger(store, name)).values()].filter(({ state }) => state === 'waiting');
    const request_ = { by: operator, commandId: commandIdOf(form.values) };
    const asked = await requestReplays(store, name, waiting, request_);
    reply.flash('note', asked === 1 ? 'One replay is on its way.' : `${asked} replays are on their way.`);
    return reply.redirect(backTo(name), 303);
  });

  app.post<Route>('/groups/:group/discard', async (request, reply) => {
    const { name } = groupNamed(request.params.group);
    const form = parseForm(DiscardForm, request.body);
    if (!form.ok) {
      reply.flash('problem', form.errors.reason ?? 'This form is not complete. Try again.');
      return reply.redirect(backTo(name), 303);
    }
    const message = await find(name, form.values.message);
    const by = { by: operator, commandId: commandIdOf(form.values) };
    await discard(store, name, message, form.values.reason, by);
    reply.flash('done', 'The message is deleted. You find it under Deleted, where it can still be replayed.');
    return reply.redirect(backTo(name), 303);
  });

  const find = async (group: string, eventId: string): Promise<FailedMessage> => {
    const message = (await readLedger(store, group)).get(eventId);
    if (message === undefined) throw new PageError(404, 'There is no such failed message.');
    return message;
  };

  /** The message once its replay has ended, or as it is when the limit has passed. */
  const settled = async (group: string, eventId: string): Promise<FailedMessage> => {
    const until = Date.now() + OUTCOME_LIMIT_MS;
    for (;;) {
      const message = await find(group, eventId);
      if (message.state !== 'replaying' || Date.now() > until) return message;
      await pause(40);
    }
  };
}

async function showList(
  { store, tracesUrl }: ConsoleSite,
  reply: FastifyReply,
  { name, service, purpose }: GroupDeclaration,
  state: FailedState,
  page: number,
): Promise<FastifyReply> {
  const all = [...(await readLedger(store, name)).values()];
  const matching = all.filter((message) => message.state === state).toReversed();
  const shown = matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const rows = await Promise.all(
    shown.map(async (message) => {
      const last = await readLastAttempt(store, name, message);
      const traceUrl = last?.traceId == null ? undefined : `${tracesUrl}/traces/${last.traceId}`;
      return { ...message, last, traceUrl };
    }),
  );
  return reply.view('failed-messages', {
    title: name,
    group: { name, service, purpose, path: `/groups/${encodeURIComponent(name)}` },
    states: FAILED_STATES.map((known) => ({
      name: known,
      ...STATE_LABELS[known],
      count: all.filter((message) => message.state === known).length,
      current: known === state,
    })),
    empty: STATE_LABELS[state].empty,
    replayable: state !== 'replaying',
    waitingList: state === 'waiting',
    rows,
    paging: pagingOf(page, PAGE_SIZE, matching.length),
  });
}

function groupNamed(name: string): GroupDeclaration {
  const group = ALL_GROUPS.find((known) => known.name === name);
  if (group === undefined) throw new PageError(404, 'There is no such group.');
  return group;
}
