// GET /failed/:group/:message: all about one failed message; POST …/personal shows its personal data once.
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { readFailure } from '../../recovery/find/read-failure.ts';
import type { Selected } from '../../recovery/find/selection.ts';
import {
  countBehind,
  type Deed,
  type MessageStory,
  readAround,
  readStory,
} from '../../recovery/message-story.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { lastEdited } from '../../recovery/replay/edited-data.ts';
import { isEditable } from '../../recovery/replay/replay-edited.ts';
import { recordShown, showEvent } from '../../recovery/show-event.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';
import { STATE_LABELS } from './list-failures.ts';

const AROUND = 3;
const MOST_BEHIND = 20;

type Route = { Params: { group: string; message: string } };

export function showFailurePage(site: ConsoleSite): void {
  const { app, recoveries, tracesUrl, operatorOf, nameOf, live, changes } = site;

  app.get<Route>('/failed/:group/:message', async (request, reply) => {
    const { recovery, failure } = await find(request.params);
    return reply.view(
      'failed-message',
      await pageOf(recovery, failure, 'hidden', reply.locals.readOnly !== true),
    );
  });

  app.get<Route>('/failed/:group/:message/live', async (request, reply) => {
    const { group } = recoveries.of(request.params.group);
    return live(reply, (changed) => changes.listen(streamOf.failures(group.name), changed));
  });

  app.post<Route>('/failed/:group/:message/personal', async (request, reply) => {
    const { recovery, failure } = await find(request.params);
    await recordShown(recovery, failure.facts.origin, operatorOf(request));
    reply.header('cache-control', 'no-store');
    return reply.view('failed-message', await pageOf(recovery, failure, 'shown', true));
  });

  const find = async ({ group, message }: Route['Params']) => {
    const recovery = recoveries.of(group);
    return { recovery, failure: await readFailure(recovery, message) };
  };

  const pageOf = async (
    recovery: Recovery,
    failure: Selected,
    personal: 'hidden' | 'shown',
    mayAct: boolean,
  ) => {
    const { store, group } = recovery;
    const { message, facts } = failure;
    const { origin } = facts;
    const recorded = await recordedAt(store.client, origin.stream, origin.revision);
    const event = recorded?.id === origin.eventId ? await showEvent(store, recorded, personal) : undefined;
    const story = await readStory(recovery, origin.eventId);
    const edited = story.deeds.some((deed) => deed.kind === 'replayed' && deed.edited)
      ? await lastEdited(recovery, facts, personal)
      : undefined;
    const around = await readAround(store, origin.stream, origin.revision - AROUND, AROUND * 2 + 1);
    const open = message.state === 'waiting' || message.state === 'replaying';
    const path = pathOf.message(group.name, origin.eventId);
    return {
      title: `${origin.type} · ${group.name}`,
      path,
      liveFrom: personal === 'hidden' ? `${path}/live` : undefined,
      group: { ...group, path: pathOf.group(group.name) },
      id: `${group.name}~${origin.eventId}`,
      message,
      facts,
      state: STATE_LABELS[message.state === 'waiting' && message.attempts > 1 ? 'again' : message.state],
      advice: adviceFor(recovery, failure, event !== undefined, mayAct),
      event,
      edited,
      personal: personal === 'shown',
      revealable: mayAct && personal === 'hidden' && (event?.hidden === true || edited?.hidden === true),
      replayable: mayAct && message.state !== 'replaying',
      editable: mayAct && message.state === 'waiting' && isEditable(recovery) && event !== undefined,
      deletable: mayAct && open,
      attempts: attemptsOf(story),
      deeds: await Promise.all(story.deeds.map((deed) => deedRow(recovery, deed))),
      around: around.map((each) => ({ ...each, isOrigin: each.id === origin.eventId })),
      behind: open && story.blocks ? await behindOf(recovery, failure) : undefined,
      conversation: facts.correlationId === null ? undefined : pathOf.conversation(facts.correlationId),
      traceUrl: traceOf(facts.traceId),
    };
  };

  const traceOf = (traceId: string | null) =>
    traceId === null ? undefined : `${tracesUrl}/trace/${traceId}`;

  const attemptsOf = ({ attempts }: MessageStory) =>
    attempts
      .map(({ failure, replay }, index) => ({
        ...failure,
        id: `attempt-${index + 1}`,
        traceUrl: traceOf(failure.traceId),
        replay: replay === undefined ? undefined : pathOf.replay(replay),
        isLast: index === attempts.length - 1,
      }))
      .reverse();

  const deedRow = async ({ ledger }: Recovery, deed: Deed) => ({
    ...deed,
    ...('by' in deed ? { by: await nameOf(deed.by) } : {}),
    ...(deed.kind === 'replayed'
      ? { replay: pathOf.replay(deed.batch), cancelled: ledger.index.replay(deed.batch)?.cancelled }
      : {}),
  });
}

async function behindOf({ store, group }: Recovery, failure: Selected) {
  const { origin } = failure.facts;
  const count = await countBehind(store, failure);
  const events = count === 0 ? [] : await readAround(store, origin.stream, origin.revision + 1, MOST_BEHIND);
  return { group: group.name, count, events, more: Math.max(0, count - events.length) };
}

/** What an operator had better do next. */
function adviceFor(recovery: Recovery, { message }: Selected, exists: boolean, mayAct: boolean): string {
  if (message.state === 'replaying')
    return 'It is on its way to its handler; this page shows what becomes of it.';
  if (message.state === 'recovered') return 'It was handled. Nothing is to be done.';
  if (message.state === 'discarded')
    return 'Somebody decided that it is not to be handled. A replay undoes that.';
  if (!exists) return 'Its event no longer exists: a replay can only fail. Delete the message.';
  if (!mayAct) return 'It waits for an operator.';
  const again = message.attempts > 1 ? 'It has failed again: look at what the newest error says. ' : '';
  const edit = isEditable(recovery) ? ' If the data is wrong, edit it.' : '';
  return `${again}Put right what the error tells of, then replay it.${edit} If it is not to be handled at all, delete it.`;
}
