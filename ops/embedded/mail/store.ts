import { createHash } from 'node:crypto';
import { type Database, open, type RootDatabase } from 'lmdb';
import { copyTable, LmdbFile } from '../shared/lmdb-file.ts';
import type { Mail, NewMail } from './mail.ts';

const DELETED_PER_TURN = 500;

/** The mails of one mailbox, on disk. */
export type MailStore = {
  /** Keeps a mail and its source; when this resolves both are on disk. */
  add(mail: NewMail, source: Uint8Array): Promise<Mail>;
  get(id: number): Mail | undefined;
  /** The mail as it came over the wire. */
  source(id: number): Buffer | undefined;
  /** The mails of a conversation, oldest first, 200 at most. */
  thread(mail: Mail): Mail[];
  /** All mails, newest first, read while it is iterated. */
  newestFirst(): Iterable<Mail>;
  count(): number;
  /** Says whether there was such a mail. */
  remove(id: number): Promise<boolean>;
  /** Removes what is there when it is called and says how many mails that were. */
  removeAll(): Promise<number>;
  /**
   * Removes every mail to or from one of these addresses (in small letters), or with one of these Message-IDs, without a trace
   * on disk; says how many there were.
   */
  erase(addresses: ReadonlySet<string>, messageIds: ReadonlySet<string>): Promise<number>;
  close(): Promise<void>;
};

type Tables = {
  readonly mails: Database<Mail, number>;
  readonly sources: Database<Buffer, number>;
  /** By the thread's first Message-ID, hashed since a key is short and a Message-ID need not be. */
  readonly threads: Database<number, string>;
  readonly byMessageId: Database<number, string>;
  readonly counters: Database<number, string>;
};

function openTables(root: RootDatabase): Tables {
  return {
    mails: root.openDB('mails', {}),
    sources: root.openDB('sources', { encoding: 'binary' }),
    threads: root.openDB('threads', { dupSort: true, encoding: 'ordered-binary' }),
    byMessageId: root.openDB('by-message-id', {}),
    counters: root.openDB('counters', {}),
  };
}

async function copyTables(from: Tables, to: Tables): Promise<void> {
  await copyTable(from.mails, to.mails);
  await copyTable(from.sources, to.sources);
  await copyTable(from.threads, to.threads);
  await copyTable(from.byMessageId, to.byMessageId);
  await copyTable(from.counters, to.counters);
}

/**
 * Opens the mailbox in a folder.
 *
 * @param keepMails how many mails are kept; when there are more, the oldest go
 */
export async function openMailStore(dataDir: string, keepMails: number): Promise<MailStore> {
  const file = await LmdbFile.open({
    dir: dataDir,
    name: 'mails.lmdb',
    openRoot: (path) => open({ path, maxDbs: 8 }),
    openTables,
    copy: copyTables,
  });

  function threadOf({ mails, byMessageId }: Tables, { messageId, references }: NewMail, id: number): string {
    for (const reference of references) {
      const known = mails.get(byMessageId.get(hash(reference)) ?? 0);
      if (known) return known.thread;
    }
    return references[0] ?? (messageId || `mail ${id}`);
  }

  function drop({ mails, sources, threads, byMessageId, counters }: Tables, mail: Mail): void {
    mails.remove(mail.id);
    sources.remove(mail.id);
    threads.remove(hash(mail.thread), mail.id);
    if (byMessageId.get(hash(mail.messageId)) === mail.id) byMessageId.remove(hash(mail.messageId));
    counters.put('count', count() - 1);
  }

  function count(): number {
    return file.tables.counters.get('count') ?? 0;
  }

  /** Removes the mails that there are when it is called and that are wanted, some at a time. */
  async function removeWhere(wanted: (mail: Mail) => boolean): Promise<number> {
    const end = file.tables.counters.get('next') ?? 1;
    let removed = 0;
    for (let start = 0; start < end; ) {
      removed += await file.write((tables) => {
        const some = Array.from(tables.mails.getRange({ start, end, limit: DELETED_PER_TURN }));
        const unwanted = some.filter(({ value }) => wanted(value));
        for (const { value } of unwanted) drop(tables, value);
        start = some.length < DELETED_PER_TURN ? end : (some.at(-1)?.key ?? end) + 1;
        return unwanted.length;
      });
    }
    return removed;
  }

  return {
    add: (newMail, source) =>
      file.write((tables) => {
        const { mails, sources, threads, byMessageId, counters } = tables;
        const id = counters.get('next') ?? 1;
        const { references: _, ...described } = newMail;
        const mail = { ...described, id, thread: threadOf(tables, newMail, id) };
        counters.put('next', id + 1);
        counters.put('count', count() + 1);
        mails.put(id, mail);
        sources.put(id, Buffer.from(source));
        threads.put(hash(mail.thread), id);
        if (mail.messageId) byMessageId.put(hash(mail.messageId), id);
        const excess = Math.min(count() - keepMails, DELETED_PER_TURN);
        if (excess > 0)
          for (const { value } of Array.from(mails.getRange({ limit: excess }))) drop(tables, value);
        return mail;
      }),
    get: (id) => file.tables.mails.get(id),
    source: (id) => file.tables.sources.get(id),
    thread: (mail) => {
      const { threads, mails } = file.tables;
      const ids = Array.from(threads.getValues(hash(mail.thread), { limit: 200 }));
      return ids.flatMap((id) => mails.get(id) ?? []);
    },
    newestFirst: () =>
      file.tables.mails.getRange({ reverse: true, snapshot: false }).map(({ value }) => value),
    count,
    remove: (id) =>
      file.write((tables) => {
        const mail = tables.mails.get(id);
        if (mail) drop(tables, mail);
        return mail !== undefined;
      }),
    removeAll: () => removeWhere(() => true),
    async erase(addresses, messageIds) {
      const removed = await removeWhere(
        ({ from, to, recipients, messageId }) =>
          messageIds.has(messageId) ||
          [from, ...to, ...recipients].some((address) => addresses.has(address.toLowerCase())),
      );
      await file.compact();
      return removed;
    },
    close: () => file.close(),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
