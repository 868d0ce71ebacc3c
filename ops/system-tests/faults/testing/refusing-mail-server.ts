import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';

export type RefusingMailServer = {
  readonly url: string;
  /** Refuses mails to this address for good (550), or to nobody. */
  refuse(address: string | undefined): void;
};

/** A mail server in front of the mail node: it hands on every mail but those to one address. */
export async function startRefusingMailServer(
  t: { teardown(undo: () => Promise<void>): void },
  target: string,
): Promise<RefusingMailServer> {
  let refused: string | undefined;
  const onward = createTransport({ url: target, pool: true, maxConnections: 4 });
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo: ({ address }, _session, callback) => {
      if (address !== refused) return callback();
      callback(Object.assign(new Error('No such mailbox here.'), { responseCode: 550 }));
    },
    onData: (stream, { envelope }, callback) => {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const to = envelope.rcptTo.map(({ address }) => address);
      onward.sendMail({ envelope: { from, to }, raw: stream }).then(
        () => callback(),
        (error: Error) => callback(Object.assign(error, { responseCode: 451 })),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    await new Promise<void>((resolve) => server.close(resolve));
    onward.close();
  });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The mail server has no port.');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    refuse: (next) => {
      refused = next;
    },
  };
}
