import { createTransport } from 'nodemailer';
import { PermanentFailure } from './consumer/errors.ts';
import { redact } from './redact.ts';
import { takeAuthority } from './server-url.ts';
import { measureSending } from './telemetry/measure-sending.ts';
import { attribute, messagingSystem } from './telemetry/names.ts';
import { inSpan } from './telemetry/spans.ts';

export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Stable for what the mail is about: a mail sent twice has the same one. */
  readonly messageId: string;
  /** Message-IDs of the conversation so far, oldest first; the mail answers the last. */
  readonly references: readonly string[];
};

export type Mailer = {
  /**
   * Hands the mail to the SMTP server.
   *
   * @throws PermanentFailure `mail-refused` when the server refuses it for good (a 5xx answer).
   */
  send(mail: Mail): Promise<void>;
  /** Fails as long as the mail server does not answer. */
  probe(): Promise<void>;
  close(): void;
};

/**
 * Mails over one SMTP server.
 *
 * @param serverUrl `smtp://` or `smtps://`; `tlsCAFile` names the authority that vouches for it.
 * @param from the sender of every mail.
 */
export function createMailer(serverUrl: string, from: string): Mailer {
  const { url, ca } = takeAuthority(serverUrl);
  const transport = createTransport(
    {
      url,
      ...(ca === undefined ? {} : { tls: { ca } }),
      pool: true,
      maxConnections: 10,
      connectionTimeout: 5000,
      greetingTimeout: 5000,
      socketTimeout: 20_000,
    },
    { from },
  );
  return {
    send: async ({ references, ...mail }) => {
      const operation = {
        [attribute.messagingSystem]: messagingSystem.mail,
        [attribute.messagingOperationName]: 'send',
      };
      const attributes = {
        ...operation,
        [attribute.messagingOperationType]: 'send',
        [attribute.messagingMessageId]: mail.messageId,
      };
      const send = async () => {
        try {
          const last = references.at(-1);
          await transport.sendMail({
            ...mail,
            ...(last === undefined ? {} : { inReplyTo: last, references: [...references] }),
          });
        } catch (error) {
          throw readable(error);
        }
      };
      await measureSending(operation, () => inSpan('send mail', { kind: 'client', attributes }, send));
    },
    probe: async () => {
      await transport.verify();
    },
    close: () => transport.close(),
  };
}

/** Answers of mail servers name addresses: they are taken out before the error goes anywhere. */
function readable(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const message = redact(error.message);
  if (isRefusal(error)) {
    return new PermanentFailure('mail-refused', `The mail server refused the mail: ${message}`);
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'mail-failed';
  return Object.assign(new Error(message), { name: 'MailFailed', code });
}

/** A 5xx answer about this mail or its addresses; one about who we are (a wrong password) is not the mail's fault. */
function isRefusal(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  const answer = 'responseCode' in error ? error.responseCode : undefined;
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof answer === 'number' && answer >= 500;
}
