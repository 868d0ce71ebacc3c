import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import { openDataFolder } from '../shared/data-folder.ts';
import type { Mail, NewMail } from './mail.ts';

const FORMAT_VERSION = 1;
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
  close(): Promise<void>;
};

/**
 * Opens the mailbox in a folder.
 *
 * @param keepMails how many mails are kept; when there are more, the oldest go
 */
export async function openMailStore(dataDir: string, keepMails: number): Promise<MailStore> {
  await openDataFolder(dataDir, 'mail', FORMAT_VERSION);
  const root = open({ path: join(dataDir, 'mails.lmdb'), maxDbs: 8 });
  const mails: Database<Mail, number> = root.openDB('mails', {});
  const sources: Database<Buffer, number> = root.openDB('sources', { encoding: 'binary' });
  // The thread's first Message-ID, hashed since a key is short and a Message-ID need not be.
  const threads: Database<number, string> = root.openDB('threads', {
    dupSort: true,
    encoding: 'ordered-binary',
  });
  const byMessageId: Database<number, string> = root.openDB('by-message-id', {});
  const counters: Database<number, string> = root.openDB('counters', {});

  function threadOf({ messageId, references }: NewMail, id: number): string {
    for (const reference of references) {
      const known = mails.get(byMessageId.get(hash(reference)) ?? 0);
      if (known) return known.thread;
    }
    return references[0] ?? (messageId || `mail ${id}`);
  }

  function drop(mail: Mail): void {
    mails.remove(mail.id);
    sources.remove(mail.id);
    threads.remove(hash(mail.thread), mail.id);
    if (byMessageId.get(hash(mail.messageId)) === mail.id) byMessageId.remove(hash(mail.messageId));
    counters.put('count', count() - 1);
  }

  function count(): number {
    return counters.get('count') ?? 0;
  }

  return {
    async add(newMail, source) {
      const mail = await root.transaction(() => {
        const id = counters.get('next') ?? 1;
        const { references: _, ...described } = newMail;
        const mail = { ...described, id, thread: threadOf(newMail, id) };
        counters.put('next', id + 1);
        counters.put('count', count() + 1);
        mails.put(id, mail);
        sources.put(id, Buffer.from(source));
        threads.put(hash(mail.thread), id);
        if (mail.messageId) byMessageId.put(hash(mail.messageId), id);
        const excess = Math.min(count() - keepMails, DELETED_PER_TURN);
        if (excess > 0) for (const { value } of Array.from(mails.getRange({ limit: excess }))) drop(value);
        return mail;
      });
      await root.flushed;
      return mail;
    },
    get: (id) => mails.get(id),
    source: (id) => sources.get(id),
    thread: (mail) =>
      Array.from(threads.getValues(hash(mail.thread), { limit: 200 })).flatMap((id) => mails.get(id) ?? []),
    newestFirst: () => mails.getRange({ reverse: true, snapshot: false }).map(({ value }) => value),
    count,
    async remove(id) {
      const removed = await root.transaction(() => {
        const mail = mails.get(id);
        if (mail) drop(mail);
        return mail !== undefined;
      });
      await root.flushed;
      return removed;
    },
    async removeAll() {
      const end = counters.get('next') ?? 1;
      let removed = 0;
      for (;;) {
        const dropped = await root.transaction(() => {
          const some = Array.from(mails.getRange({ start: 0, end, limit: DELETED_PER_TURN }));
          for (const { value } of some) drop(value);
          return some.length;
        });
        removed += dropped;
        if (dropped < DELETED_PER_TURN) break;
      }
      await root.flushed;
      return removed;
    },
    close: () => root.close(),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
