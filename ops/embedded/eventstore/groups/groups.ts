import type { EventStore } from '../core/event-store.ts';
import { groupExists, groupFailed, groupMissing } from '../errors.ts';
import { Group } from './group.ts';
import { loadGroups, saveGroups } from './group-config.ts';
import type { ReplayLedger } from './replay-ledger.ts';
import {
  checkpointStream,
  type GroupConfig,
  groupKey,
  parkedStream,
  settingsProblem,
  sourceName,
} from './settings.ts';

const TICK_MS = 1000;

/** What an update brings: a group that now starts at the end starts at this one. */
type GroupChange = Pick<GroupConfig, 'settings' | 'startedAt'>;

/** All persistent subscriptions of the node. */
export class Groups {
  readonly #store: EventStore;
  readonly #ledger: ReplayLedger;
  readonly #groups = new Map<string, Group>();
  readonly #timer: NodeJS.Timeout;
  /** Changes of the list run one after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(store: EventStore, ledger: ReplayLedger) {
    this.#store = store;
    this.#ledger = ledger;
    this.#load();
    this.#timer = setInterval(() => {
      for (const group of this.#groups.values()) group.tick();
    }, TICK_MS);
  }

  get all(): Iterable<Group> {
    return this.#groups.values();
  }

  /** @throws RpcError where there is no such group. */
  get(source: string, name: string): Group {
    const group = this.#groups.get(groupKey(source, name));
    if (group === undefined) throw groupMissing(source, name);
    return group;
  }

  create(config: GroupConfig, by: string): Promise<void> {
    return this.#change(async () => {
      const source = sourceName(config.source);
      const key = groupKey(source, config.group);
      if (this.#groups.has(key)) throw groupExists(source, config.group);
      this.#assertSettings(config);
      await saveGroups(this.#store, [...this.#configs(), config], by);
      this.#groups.set(key, new Group(this.#store, this.#ledger, config));
    });
  }

  /** Changes the settings; the group begins anew at its checkpoint, and its consumers are dropped. */
  update(source: string, name: string, { settings, startedAt }: GroupChange, by: string): Promise<void> {
    return this.#change(async () => {
      const group = this.get(source, name);
      const wasAtEnd = group.config.settings.start === 'end';
      const config: GroupConfig = {
        ...group.config,
        settings,
        startedAt: wasAtEnd ? group.config.startedAt : startedAt,
      };
      this.#assertSettings(config);
      const others = this.#configs().map((other) => (other === group.config ? config : other));
      await saveGroups(this.#store, others, by);
      await group.close();
      this.#groups.set(group.key, new Group(this.#store, this.#ledger, config));
    });
  }

  /** Removes a group, its checkpoint and its parked messages. */
  delete(source: string, name: string, by: string): Promise<void> {
    return this.#change(async () => {
      const group = this.get(source, name);
      const others = this.#configs().filter((other) => other !== group.config);
      await saveGroups(this.#store, others, by);
      this.#groups.delete(group.key);
      await group.close();
      await this.#ledger.forget(group.key);
      for (const stream of [checkpointStream(group.key), parkedStream(group.key)]) {
        await this.#store.softDelete(stream, { kind: 'any' });
      }
    });
  }

  /** Drops all consumers and loads every group anew. */
  restart(): Promise<void> {
    return this.#change(async () => {
      for (const group of this.#groups.values()) await group.close();
      this.#groups.clear();
      this.#load();
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#changing.catch(() => {});
    for (const group of this.#groups.values()) await group.close();
  }

  #load(): void {
    for (const config of loadGroups(this.#store)) {
      const group = new Group(this.#store, this.#ledger, config);
      this.#groups.set(group.key, group);
    }
  }

  #configs(): GroupConfig[] {
    return [...this.#groups.values()].map((group) => group.config);
  }

  #assertSettings({ source, group, settings }: GroupConfig): void {
    const problem = settingsProblem(settings);
    if (problem !== undefined) throw groupFailed(sourceName(source), group, problem);
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(work, work);
    this.#changing = result.catch(() => {});
    return result;
  }
}
