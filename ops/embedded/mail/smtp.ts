import { setTimeout as wait } from 'node:timers/promises';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerSession,
} from 'smtp-server';
import { portOf } from '../shared/port-of.ts';
import type { Behaviour } from './behaviour.ts';
import { type Received, UnreadableMail } from './parse.ts';

const SETTLE_MS = 2000;

/** Parameters of the extensions that are offered: 8BITMIME (RFC 6152), SIZE (RFC 1870) and SMTPUTF8 (RFC 6531). */
const MAIL_PARAMETERS: ReadonlySet<string> = new Set(['BODY', 'SIZE', 'SMTPUTF8']);
const RCPT_PARAMETERS: ReadonlySet<string> = new Set();

/** An error that SMTP answers with its own reply code (RFC 5321, 4.2.3). */
class SmtpError extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  readonly maxMailBytes: number;
  readonly behaviour: () => Behaviour;
  /** Keeps the mail; 250 is answered when it resolves. */
  readonly deliver: (received: Received) => Promise<{ readonly id: number }>;
};

/** Listens for mail. Signing in and TLS are not offered: the node serves one machine. */
export async function startSmtp(options: SmtpOptions): Promise<{ port: number; close(): Promise<void> }> {
  const stopping = new AbortController();
  const receiving = new Set<Promise<void>>();
  const server = new SMTPServer({
    name: 'deskstream-mail',
    banner: 'Deskstream mailbox',
    size: options.maxMailBytes,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: 200,
    // What is in flight is waited for in close(); the clients that are left then are idle.
    closeTimeout: 1,
    onConnect: (_session, callback) => callback(stopping.signal.aborted ? shuttingDown() : null),
    onMailFrom: (address, _session, callback) => callback(parameterProblem(address, MAIL_PARAMETERS)),
    onRcptTo: (address, _session, callback) => callback(parameterProblem(address, RCPT_PARAMETERS)),
    onData(stream, session, callback) {
      const done = receive(stream, session, options, stopping.signal)
        .then(
          ({ id }) => callback(null, `kept as mail ${id}`),
          (error: unknown) => callback(toReply(error)),
        )
        .finally(() => receiving.delete(done));
      receiving.add(done);
    },
  });
  // A client that goes away in the middle of a mail is its own business; the server must outlive it.
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve, reject) => {
    const listener = server.listen(options.port, options.host);
    listener.once('error', reject);
    listener.once('listening', () => resolve(portOf(listener.address())));
  });
  return {
    port,
    async close() {
      stopping.abort();
      await Promise.race([Promise.all(receiving), wait(SETTLE_MS, undefined, { ref: false })]);
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { behaviour, deliver, maxMailBytes }: SmtpOptions,
  stopping: AbortSignal,
) {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) throw new SmtpError(552, `The mail is larger than ${maxMailBytes} bytes`);
  const now = behaviour();
  switch (now.mode) {
    case 'fail':
      throw new SmtpError(451, 'This mailbox was told to fail for the time being');
    case 'refuse':
      throw new SmtpError(554, 'This mailbox was told to refuse mail');
    case 'delay':
      await wait(now.delayMs, undefined, { signal: stopping }).catch(() => {
        throw shuttingDown();
      });
      break;
    case 'accept':
      break;
  }
  return deliver({
    source: Buffer.concat(chunks),
    recipients: session.envelope.rcptTo.map(({ address }) => address),
    at: new Date(),
  });
}

/** What is asked for beside an address and is not offered is refused, not passed over (RFC 5321, 4.1.1.11). */
function parameterProblem({ args }: SMTPServerAddress, known: ReadonlySet<string>): SmtpError | null {
  const unknown = Object.keys(args || {}).find((name) => !known.has(name));
  return unknown === undefined
    ? null
    : new SmtpError(555, `The parameter ${unknown} is not known to this mailbox`);
}

function shuttingDown(): SmtpError {
  return new SmtpError(421, 'This mailbox is shutting down');
}

function toReply(error: unknown): SmtpError {
  if (error instanceof SmtpError) return error;
  if (error instanceof UnreadableMail) return new SmtpError(554, error.message);
  console.error(error);
  return new SmtpError(451, 'The mail could not be kept');
}
