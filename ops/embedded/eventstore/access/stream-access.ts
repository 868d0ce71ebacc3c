// Who may do what with which stream: the stream's own `$acl`, then the defaults of `$settings`, then the built-in ones.
import type { EventStore } from '../core/event-store.ts';
import { metadataStreamOf } from '../core/names.ts';
import { BoundedCache } from '../index/bounded-cache.ts';
import { parseMetadata } from '../index/metadata.ts';
import { ADMINS, EVERYBODY, isNamed, type Principal } from './principal.ts';

export type StreamAction = 'read' | 'write' | 'delete';

/** Roles by action; an action that is left out falls back to the defaults. */
type AccessList = Readonly<Partial<Record<Key, readonly string[]>>>;
type Key = '$r' | '$w' | '$d' | '$mr' | '$mw';

const SETTINGS = '$settings';
const KEY_OF: Readonly<Record<StreamAction, Key>> = { read: '$r', write: '$w', delete: '$d' };
const META_KEY_OF: Readonly<Record<StreamAction, Key>> = { read: '$mr', write: '$mw', delete: '$mw' };
const REMEMBERED = 10_000;

export class StreamAccess {
  readonly #store: EventStore;
  readonly #read = new BoundedCache<string, { revision: number; value: unknown }>(REMEMBERED);

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Whether they may. A metadata stream `$$s` goes by what the list of `s` says of metadata. */
  allows(principal: Principal, action: StreamAction, stream: string): boolean {
    const isMetadata = stream.startsWith('$$');
    const owner = isMetadata ? stream.slice(2) : stream;
    const key = (isMetadata ? META_KEY_OF : KEY_OF)[action];
    return isNamed(principal, this.#roles(owner, key));
  }

  #roles(stream: string, key: Key): readonly string[] {
    const own = listFrom(field(this.#last(metadataStreamOf(stream)), '$acl'))[key];
    if (own !== undefined) return own;
    const isSystem = stream.startsWith('$');
    const defaults = field(this.#last(SETTINGS), isSystem ? '$systemStreamAcl' : '$userStreamAcl');
    return listFrom(defaults)[key] ?? [isSystem ? ADMINS : EVERYBODY];
  }

  /** The last event of a stream, as JSON. */
  #last(stream: string): unknown {
    const revision = this.#store.index.stream(stream)?.last ?? -1;
    if (revision < 0) return undefined;
    const known = this.#read.get(stream);
    if (known?.revision === revision) return known.value;
    const record = this.#store.streams.stored(stream, revision);
    const value = record === undefined || !record.json ? undefined : parseMetadata(record.data);
    this.#read.set(stream, { revision, value });
    return value;
  }
}

function listFrom(acl: unknown): AccessList {
  const list: Partial<Record<Key, readonly string[]>> = {};
  for (const key of ['$r', '$w', '$d', '$mr', '$mw'] as const) {
    const roles = field(acl, key);
    if (typeof roles === 'string') list[key] = [roles];
    else if (Array.isArray(roles)) list[key] = roles.map(String);
  }
  return list;
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
    ? Reflect.get(holder, name)
    : undefined;
}
