// Users, groups and access lists of the event store.

import { jsonEvent } from '@eventstore/db-client';
import { settingsOf } from '../../shared-contracts/messages/group-settings.ts';
import { prefixesOf, SUBSCRIPTIONS } from '../../shared-contracts/messages/subscriptions.ts';
import type { HttpServer } from '../../shared-contracts/runtime/ask-server.ts';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { changeMetadata } from '../../shared-contracts/runtime/event-store/change-metadata.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { type AccessList, DEFAULTS, streamPlans, type UserPlan } from './access-plan.ts';
import { askJson } from './ask-json.ts';

const CONFLICT = 409;

/** Makes the user, or gives the one that is there this password and these groups. */
export async function ensureStoreUser(
  server: HttpServer,
  { name, purpose, groups }: UserPlan,
  password: string,
): Promise<void> {
  const fullName = `Deskstream: ${purpose}`;
  const made = await askJson(server, 'POST', '/users/', { loginName: name, fullName, groups, password }, [
    201,
    CONFLICT,
  ]);
  if (made !== CONFLICT) return;
  await askJson(server, 'PUT', `/users/${name}`, { fullName, groups }, [200]);
  await askJson(server, 'POST', `/users/${name}/command/reset-password`, { newPassword: password }, [200]);
}

/** Makes every group that a service consumes, since only administrators and operators of the store may. */
export async function ensureGroups(store: EventStore): Promise<void> {
  for (const subscription of SUBSCRIPTIONS) {
    const { group } = subscription;
    const prefixes = prefixesOf(subscription);
    await ensureGroup(store, { declaration: group, prefixes, order: group.order, ...settingsOf(group) });
  }
}

/** @returns how many lists were not as they should be. */
export async function ensureAccessLists({ client }: EventStore): Promise<number> {
  let changed = 0;
  for (const { stream, acl } of streamPlans()) {
    const isChanged = await changeMetadata(client, stream, (metadata) =>
      isSame(metadata.$acl, acl) ? undefined : { ...metadata, $acl: acl },
    );
    if (isChanged) changed += 1;
  }
  await client.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: { ...DEFAULTS } }));
  return changed;
}

function isSame(found: unknown, wanted: AccessList): boolean {
  return JSON.stringify(found) === JSON.stringify(wanted);
}
