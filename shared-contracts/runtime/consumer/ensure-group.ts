import {
  AccessDeniedError,
  PersistentSubscriptionExistsError,
  PINNED,
  persistentSubscriptionToAllSettingsFromDefaults,
  ROUND_ROBIN,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { CodedError } from '../../errors/coded-error.ts';
import { GroupSettingsApplied } from '../../messages/control-events.ts';
import { isOneOf } from '../../messages/define-message.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { deterministicId } from '../ids.ts';
import { filterOf, type SubscriptionGroup } from './subscription-group.ts';

/** Time-outs and retry counts of the server never park: only the consumer does, which knows why. */
const NEVER_BY_ITSELF = { messageTimeout: 24 * 60 * 60 * 1000, maxRetryCount: 2 ** 31 - 1 };

const isApplied = isOneOf([GroupSettingsApplied]);

/** What the store has to know of a group. */
export type GroupToEnsure = Pick<
  SubscriptionGroup,
  'declaration' | 'prefixes' | 'order' | 'bufferSize' | 'settingsVersion'
>;

/** The store's user may not make groups, and what it would have made is not there. */
export class GroupNotSetUp extends CodedError {
  constructor(name: string, applied: number, wanted: number, options: ErrorOptions) {
    const what = applied === 0 ? 'does not exist' : `has settings of version ${applied}, not ${wanted}`;
    super(
      'group-not-set-up',
      `The group ${name} ${what}, and the user of this service may not change that. Run \`npm run ops -- setup\` with an administrator's EVENTSTORE_URL.`,
      options,
    );
  }
}

/**
 * Creates the group on `$all` where it does not exist, and brings its settings up to the version of this instance where
 * they are older. An update drops every consumer of the group, so an older instance never makes one. The filter of a
 * group is forever; another filter is another group. A user who may not make groups needs not, where a setup has.
 *
 * @throws GroupNotSetUp where it should have and has not.
 */
export async function ensureGroup(store: EventStore, group: GroupToEnsure): Promise<void> {
  const { name } = group.declaration;
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    ...NEVER_BY_ITSELF,
    startFrom: START,
    // With links resolved, the server would filter by what links point to, and deliver every event once for each of
    // the links that its own projections make.
    resolveLinkTos: false,
    consumerStrategyName: group.order === 'by-stream' ? PINNED : ROUND_ROBIN,
    checkPointLowerBound: 1,
    // Room for what several instances hold in flight, so that the server need not go back to reading its log.
    liveBufferSize: Math.max(500, group.bufferSize * 4),
    historyBufferSize: Math.max(500, group.bufferSize * 4),
    readBatchSize: Math.max(20, Math.min(200, group.bufferSize)),
  });
  const filter = streamNameFilter({ prefixes: filterOf(group), checkpointInterval: 1 });
  try {
    await store.client.createPersistentSubscriptionToAll(name, settings, { filter });
  } catch (error) {
    const mayNot = error instanceof AccessDeniedError;
    if (!mayNot && !(error instanceof PersistentSubscriptionExistsError)) throw error;
    const applied = await appliedVersion(store, group);
    if (applied >= group.settingsVersion) return;
    if (mayNot) throw new GroupNotSetUp(name, applied, group.settingsVersion, { cause: error });
    if (applied > 0) await store.client.updatePersistentSubscriptionToAll(name, settings);
  }
  await recordApplied(store, group);
}

/** The version that the settings were last brought to; 0 where nothing is written about it. */
async function appliedVersion(store: EventStore, { declaration }: GroupToEnsure): Promise<number> {
  const control = store.read(streamOf.control(declaration.service), { direction: 'backwards' });
  for await (const { event } of control) {
    if (isApplied(event) && event.data.group === declaration.name) return event.data.version;
  }
  return 0;
}

async function recordApplied(
  store: EventStore,
  { declaration: { name, service }, settingsVersion: version }: GroupToEnsure,
): Promise<void> {
  const id = deterministicId('GroupSettingsApplied', name, version);
  const metadata = {
    $correlationId: id,
    $causationId: id,
    actor: `system:${name}`,
    occurredAt: new Date().toISOString(),
  };
  const event = { type: 'GroupSettingsApplied', data: { group: name, version } };
  await store.collect(streamOf.control(service), [{ id, event, metadata }]);
}
