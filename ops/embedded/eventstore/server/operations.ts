import { randomUUID } from 'node:crypto';
import operationsPb from '@eventstore/db-client/generated/operations_pb.js';
import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { type ScavengeResult, scavenge } from '../core/scavenge.ts';
import type { Groups } from '../groups/groups.ts';
import type { ReplayLedger } from '../groups/replay-ledger.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import { RpcError, STATUS } from '../rpc/status.ts';

const PARKED = /^\$persistentsubscription-(.*)-parked$/;

type Running = {
  readonly id: string;
  readonly abort: AbortController;
  readonly done: Promise<ScavengeResult>;
};

/** Runs scavenges, one at a time. */
export class Scavenges {
  readonly #store: EventStore;
  readonly #ledger: ReplayLedger;
  #running: Running | undefined;

  constructor(store: EventStore, ledger: ReplayLedger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /** Starts one, unless one runs: then that one is meant. */
  start(): Running {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Ends the one that runs early; false where it is another one, or none. */
  stop(id: string): boolean {
    if (this.#running?.id !== id) return false;
    this.#running.abort.abort();
    return true;
  }

  async close(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.done.catch(() => {});
  }

  #run(): Running {
    const abort = new AbortController();
    const done = scavenge(this.#store, {
      signal: abort.signal,
      keptFrom: (stream) => this.#keptFrom(stream),
    });
    const finished = (): void => {
      this.#running = undefined;
    };
    done.then(finished, finished);
    return { id: randomUUID(), abort, done };
  }

  /** Parked messages that are being replayed are hidden, and still needed. */
  #keptFrom(stream: string): number | undefined {
    const group = PARKED.exec(stream)?.[1];
    return group === undefined ? undefined : this.#ledger.range(group)?.from;
  }
}

/** `event_store.client.operations.Operations`, as far as it makes sense for one node. */
export function operationsService(scavenges: Scavenges, groups: Groups, guard: Guard): [string, Handler][] {
  const service = '/event_store.client.operations.Operations';
  return [
    [
      `${service}/StartScavenge`,
      async (call) => {
        guard.operate(call.principal);
        await call.request();
        const { id } = scavenges.start();
        call.send(scavengeMessage(id, operationsPb.ScavengeResp.ScavengeResult.STARTED));
      },
    ],
    [
      `${service}/StopScavenge`,
      async (call) => {
        guard.operate(call.principal);
        const id =
          operationsPb.StopScavengeReq.deserializeBinary(await call.request())
            .getOptions()
            ?.getScavengeId() ?? '';
        if (!scavenges.stop(id)) {
          throw new RpcError(STATUS.notFound, `Scavenge ${id} not found.`, {
            exception: 'scavenge-not-found',
            'scavenge-id': id,
          });
        }
        call.send(scavengeMessage(id, operationsPb.ScavengeResp.ScavengeResult.STOPPED));
      },
    ],
    [
      `${service}/RestartPersistentSubscriptions`,
      async (call) => {
        guard.operate(call.principal);
        await call.request();
        await groups.restart();
        call.send(new Uint8Array(0));
      },
    ],
  ];
}

function scavengeMessage(id: string, result: operationsPb.ScavengeResp.ScavengeResult): Uint8Array {
  const message = new operationsPb.ScavengeResp();
  message.setScavengeId(id);
  message.setScavengeResult(result);
  return message.serializeBinary();
}
