import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Teardown } from './test-store.ts';
import { AUTHORITY, LOCALHOST } from './tls-front.ts';

/** How one mail came in. */
export type TakenMail = { readonly user: string; readonly secure: boolean; readonly source: string };

export type SecureMailbox = {
  /** What an SMTP_URL for it looks like. */
  readonly url: string;
  readonly mails: readonly TakenMail[];
};

/** A mail server that takes mails only after STARTTLS, from its one user. */
export async function startSecureMailbox(t: Teardown): Promise<SecureMailbox> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    cert: await readFile(LOCALHOST.cert),
    key: await readFile(LOCALHOST.key),
    authMethods: ['PLAIN'],
    onAuth: ({ username, password }, _session, answer) =>
      username === 'desk' && password === 'p@ss:word'
        ? answer(null, { user: username })
        : answer(new Error('Nobody is known by that.')),
    onData: (stream, session, done) => {
      text(stream).then((source) => {
        mails.push({ user: String(session.user), secure: session.secure, source });
        done();
      }, done);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => void server.close(resolve)));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `smtp://desk:${encodeURIComponent('p@ss:word')}@localhost:${port}?requireTLS=true&${AUTHORITY}`;
  return { url, mails };
}
