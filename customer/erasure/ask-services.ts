// The other services do their parts of an erasure: each is asked in its control stream, and waited for.
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import {
  readOperations,
  requestOperation,
} from '../../shared-contracts/runtime/operations/control-stream.ts';
import { Interrupted } from '../../shared-contracts/runtime/operations/interrupted.ts';
import { hasEnded } from '../../shared-contracts/runtime/operations/operation-state.ts';

const LOOK_EVERY_MS = 250;

type Asked = {
  readonly erasureId: string;
  /** The customer service's own operation that is at it. */
  readonly operationId: string;
  readonly by: string;
};

/**
 * Resolves once every service has done its part. Asked for again, after a crash, it is the same request.
 *
 * @throws Error when a service could not, or an operator took its part back. @throws Interrupted
 */
export async function haveServicesErase(
  store: EventStore,
  services: readonly ServiceName[],
  { erasureId, operationId: asker, by }: Asked,
  stop: AbortSignal,
): Promise<void> {
  const asked = services.map((service) => ({
    service,
    // One that is taken up is asked for anew: what it asked for before has ended, and may have failed.
    operationId: deterministicId('erase', erasureId, service, ...(asker === erasureId ? [] : [asker])),
  }));
  for (const { service, operationId } of asked)
    await requestOperation(store, service, { operationId, operation: 'erase', target: erasureId, by });
  for (const { service, operationId } of asked) {
    for (;;) {
      const state = (await readOperations(store, service)).get(operationId);
      if (state?.condition === 'done') break;
      if (state !== undefined && hasEnded(state)) {
        const why = state.detail ?? 'It was taken back.';
        throw new Error(`The part of ${service} was not done: ${why} Ask for the erasure again.`);
      }
      if (stop.aborted) throw new Interrupted();
      await pause(LOOK_EVERY_MS);
    }
  }
}
