// Who tried to sign in: the streams `signins-{employeeId}`. Tries are written before the password is looked at, at the exact
// revision, so that no number of guesses at the same moment, over all sites, comes past the pace.
import { randomUUID } from 'node:crypto';
import { SIGN_IN_EVENTS, type SignInEvent, type SignInTried } from '../../messages/account-events.ts';
import { actorOf } from '../../messages/actors.ts';
import { isOneOf, type MessageOf } from '../../messages/define-message.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { NewEvent } from '../event-store/stored-event.ts';
import { MOST_COUNTED, NO_TRIES, type Tries, waitBefore } from './sign-in-pace.ts';

/** The sites that employees sign in to. */
export type StaffSite = MessageOf<typeof SignInTried>['data']['site'];

export type SignInLog = {
  /** Takes one try. The answer is how many milliseconds are to be waited instead; 0 when it may be made. */
  begin(employeeId: string): Promise<number>;
  /** The same for an account that there is not: it is slowed down alike, so that nobody can tell. */
  beginUnknown(employeeId: string): number;
  succeeded(employeeId: string): Promise<void>;
};

const CONFLICTS = 5;
const BUSY_WAIT_MS = 1000;
/** Tries with accounts that there are not, kept in memory only: strangers shall not fill the store. */
const MOST_UNKNOWN = 10_000;

const isSignInEvent = isOneOf(SIGN_IN_EVENTS);

export function createSignInLog(store: EventStore, site: StaffSite, now: () => number): SignInLog {
  const unknown = new Map<string, Tries>();

  const read = async (stream: string) => {
    let tries = NO_TRIES;
    let revision: number | 'none' = 'none';
    const newest = store.read(stream, { direction: 'backwards', limit: MOST_COUNTED });
    for await (const { event, origin, metadata } of newest) {
      if (revision === 'none') revision = origin.revision;
      if (!isSignInEvent(event) || event.type === 'SignInSucceeded') break;
      const lastAt = tries.count === 0 ? Date.parse(metadata.occurredAt) : tries.lastAt;
      tries = { count: tries.count + 1, lastAt };
    }
    return { tries, revision };
  };

  const eventOf = (event: SignInEvent): NewEvent => {
    const id = randomUUID();
    return {
      id,
      event,
      metadata: {
        $correlationId: id,
        $causationId: id,
        actor: event.type === 'SignInTried' ? 'system:sign-in' : actorOf(event.data),
        occurredAt: new Date(now()).toISOString(),
      },
    };
  };

  return {
    begin: async (employeeId) => {
      const stream = streamOf.signIns(employeeId);
      for (let conflicts = 0; conflicts < CONFLICTS; conflicts += 1) {
        const { tries, revision } = await read(stream);
        const wait = waitBefore(tries, now());
        if (wait > 0) return wait;
        const tried = eventOf({ type: 'SignInTried', data: { employeeId, site } });
        const result = await store.append(stream, [tried], revision);
        if (result.kind === 'appended') return 0;
      }
      return BUSY_WAIT_MS;
    },
    beginUnknown: (employeeId) => {
      const tries = unknown.get(employeeId) ?? NO_TRIES;
      const wait = waitBefore(tries, now());
      if (wait > 0) return wait;
      unknown.delete(employeeId);
      unknown.set(employeeId, { count: Math.min(tries.count + 1, MOST_COUNTED), lastAt: now() });
      for (const oldest of unknown.keys()) {
        if (unknown.size <= MOST_UNKNOWN) break;
        unknown.delete(oldest);
      }
      return 0;
    },
    succeeded: async (employeeId) => {
      const event = eventOf({ type: 'SignInSucceeded', data: { employeeId, site } });
      await store.collect(streamOf.signIns(employeeId), [event]);
    },
  };
}
