// The group of a service that does what operators ask for, one thing after the other, and reports in its control stream.
import { CodedError } from '../../errors/coded-error.ts';
import { OperationRequested } from '../../messages/control-events.ts';
import { GROUP_SETTINGS } from '../../messages/group-settings.ts';
import { type GroupDeclaration, streamOf } from '../../messages/names.ts';
import { on, type SubscriptionGroup } from '../consumer/subscription-group.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { isOutage } from '../outage.ts';
import { redact } from '../redact.ts';
import { readOperations, tell } from './control-stream.ts';
import { hasEnded, type OperationName, type OperationOutcome } from './operation-state.ts';

/**
 * Tells how far an operation is, as often as it likes: few reports are written down. The answer `cancelled` says that an
 * operator took it back; the operation then stops and leaves things as they were.
 */
export type Report = (done: number, total: number | null) => Promise<'go-on' | 'cancelled'>;

/**
 * Does one thing that may take long. It is begun anew when the process died over it, so it must be able to begin in the
 * middle; whoever begins it anew does so under the same id. What it throws for good is what the operator reads.
 */
export type Operation = (target: string, report: Report, operationId: string) => Promise<void>;

const A_DAY_MS = 24 * 60 * 60 * 1000;
const REPORT_EVERY_MS = 500;

export function operations(
  store: EventStore,
  declaration: GroupDeclaration,
  known: Readonly<Partial<Record<OperationName, Operation>>>,
): SubscriptionGroup {
  const { service, name } = declaration;
  const actor = `system:${name}`;

  const end = (operationId: string, outcome: OperationOutcome, detail: string | null) =>
    tell(store, service, actor, `ended/${operationId}`, {
      type: 'OperationEnded',
      data: { operationId, outcome, detail },
    });

  const reporter = (operationId: string): { report: Report; wasCancelled: () => boolean } => {
    let cancelled = false;
    let next = 0;
    const report: Report = async (done, total) => {
      if (cancelled) return 'cancelled';
      if (Date.now() < next && done !== total) return 'go-on';
      next = Date.now() + REPORT_EVERY_MS;
      await tell(store, service, actor, `progress/${operationId}/${done}/${total}`, {
        type: 'OperationProgressed',
        data: { operationId, done, total },
      });
      const state = (await readOperations(store, service)).get(operationId);
      cancelled = state?.condition === 'cancelling';
      return cancelled ? 'cancelled' : 'go-on';
    };
    return { report, wasCancelled: () => cancelled };
  };

  return {
    declaration,
    prefixes: [streamOf.control(service)],
    order: 'free',
    ...GROUP_SETTINGS.control,
    deadlineMs: A_DAY_MS,
    handlers: [
      on(OperationRequested, 'do-operation', async ({ event }) => {
        const { operationId, operation, target } = event.data;
        const state = (await readOperations(store, service)).get(operationId);
        if (state === undefined || hasEnded(state)) return;
        if (state.condition === 'cancelling') return end(operationId, 'cancelled', null);
        const run = known[operation];
        if (run === undefined) return end(operationId, 'failed', `This service cannot do "${operation}".`);
        const { report, wasCancelled } = reporter(operationId);
        try {
          await run(target, report, operationId);
        } catch (error) {
          if (error instanceof Error && isOutage(error)) throw error;
          return end(operationId, 'failed', redact(sentenceOf(error)).slice(0, 2000));
        }
        return end(operationId, wasCancelled() ? 'cancelled' : 'done', null);
      }),
    ],
  };
}

/** Some errors of the store's client say what they are by their name alone. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === '') return error.constructor.name;
  return error instanceof CodedError ? error.message : String(error);
}
