import { join } from 'node:path';
import { portOf } from '../shared/port-of.ts';
import type { RunningNode } from '../shared/running-node.ts';
import type { Behaviour } from './behaviour.ts';
import { describe } from './parse.ts';
import { createMailSite } from './site.ts';
import { startSmtp } from './smtp.ts';
import { openMailStore } from './store.ts';

export type MailNodeOptions = {
  /** Where the mails are kept. */
  readonly dataDir: string;
  /** SMTP port; 0 for any free one. */
  readonly port: number;
  /** Port of the mailbox page; 0 for any free one. */
  readonly pagePort: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** A larger mail is refused with 552; default 10 MiB. */
  readonly maxMailBytes?: number;
  /** When there are more mails than this, the oldest go; default 100,000. */
  readonly keepMails?: number;
};

/** Starts the mail node: SMTP that keeps every mail it accepts, and a mailbox page to read them. */
export async function startMailNode(options: MailNodeOptions): Promise<RunningNode<'smtp' | 'mailPage'>> {
  const host = options.host ?? '127.0.0.1';
  const store = await openMailStore(options.dataDir, options.keepMails ?? 100_000);
  let behaviour: Behaviour = { mode: 'accept' };
  const control = {
    get: () => behaviour,
    set: (next: Behaviour) => {
      behaviour = next;
    },
  };
  const { app, changed } = await createMailSite(store, control, join(import.meta.dirname, 'pages'));
  try {
    await app.listen({ host, port: options.pagePort });
    const smtp = await startSmtp({
      host,
      port: options.port,
      maxMailBytes: options.maxMailBytes ?? 10 * 1024 * 1024,
      behaviour: control.get,
      deliver: async (received) => {
        const mail = await store.add(await describe(received), received.source);
        changed();
        return mail;
      },
    });
    return {
      ports: { smtp: smtp.port, mailPage: portOf(app.server.address()) },
      async close() {
        await smtp.close();
        await app.close();
        await store.close();
      },
    };
  } catch (error) {
    await app.close();
    await store.close();
    throw error;
  }
}
