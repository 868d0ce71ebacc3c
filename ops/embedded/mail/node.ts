import { openDataFolder } from '../shared/data-folder.ts';
import { portOf } from '../shared/port-of.ts';
import { type RunningNode, startNode } from '../shared/running-node.ts';
import type { Behaviour } from './behaviour.ts';
import { createMailSite } from './pages/site.ts';
import { describe } from './parse.ts';
import { startSmtp } from './smtp.ts';
import { openMailStore } from './store.ts';

/** Change it with the layout of the tables: an older node then refuses the data. */
const FORMAT_VERSION = 1;

export type MailNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** SMTP port; 0 for any free one. */
  readonly port: number;
  /** Port of the mailbox page; 0 for any free one. */
  readonly pagePort: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** A larger mail is refused with 552; 10 MiB unless told otherwise. */
  readonly maxMailBytes?: number;
  /** When there are more mails than this, the oldest go; 100,000 unless told otherwise. */
  readonly keepMails?: number;
};

/**
 * Starts the mail node: SMTP that keeps every mail it accepts, and a mailbox page to read them.
 *
 * @throws Error with a sentence for people when the folder or a port cannot be used
 */
export function startMailNode(options: MailNodeOptions): Promise<RunningNode<'smtp' | 'mailPage'>> {
  const { dataDir, host = '127.0.0.1', maxMailBytes = 10 * 1024 * 1024, keepMails = 100_000 } = options;
  return startNode(async (onClose) => {
    onClose(await openDataFolder(dataDir, 'mail', FORMAT_VERSION));
    const store = await openMailStore(dataDir, keepMails);
    onClose(store.close);

    let behaviour: Behaviour = { mode: 'accept' };
    const control = {
      get: () => behaviour,
      set: (next: Behaviour) => {
        behaviour = next;
      },
    };
    const { app: site, changed } = await createMailSite(store, control);
    onClose(() => site.close());
    await site.listen({ host, port: options.pagePort });

    const smtp = await startSmtp({
      host,
      port: options.port,
      maxMailBytes,
      behaviour: control.get,
      deliver: async (received) => {
        const mail = await store.add(await describe(received), received.source);
        changed();
        return mail;
      },
    });
    onClose(smtp.close);
    return { smtp: smtp.port, mailPage: portOf(site.server.address()) };
  });
}
