// The session cookie: who is signed in, encrypted. One for all sites of a host, since cookies ignore ports.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { type CookieSettings, cookieName, cookieOptions } from '../cookies.ts';

export type Session = {
  readonly employeeId: string;
  readonly epoch: number;
  /** When the password was given, in seconds since the epoch. */
  readonly begunAt: number;
  /** When the cookie was made. */
  readonly renewedAt: number;
};

export type Sessions = {
  /** Gives the browser a new session; whatever it had before is gone. */
  begin(reply: FastifyReply, who: Pick<Session, 'employeeId' | 'epoch'>): Promise<void>;
  /** The session that the request comes with; undefined when there is none, or it is over, or nobody of ours made it. */
  read(request: FastifyRequest): Promise<Session | undefined>;
  /** Makes the session last longer, if it is time. */
  renew(reply: FastifyReply, session: Session): Promise<void>;
  end(reply: FastifyReply): void;
};

/** A session ends when it was not used for so long, and in any case so long after the sign-in. */
const IDLE_SECONDS = 8 * 3600;
const LONGEST_SECONDS = 7 * 24 * 3600;
const RENEW_AFTER_SECONDS = 300;

/** @param key 32 bytes, the same for all sites: AES-256-GCM, as JWE (RFC 7516) with direct encryption. */
export function createSessions(key: Uint8Array, secure: boolean, now: () => number): Sessions {
  const settings: CookieSettings = { site: 'staff', secure };
  const name = cookieName(settings, 'session');
  // Encrypted is signed, too: nobody else can make one.
  const options = { ...cookieOptions(settings), signed: false };
  const seconds = () => Math.floor(now() / 1000);

  const write = async (reply: FastifyReply, { employeeId, epoch, begunAt }: Omit<Session, 'renewedAt'>) => {
    const at = seconds();
    const until = Math.min(at + IDLE_SECONDS, begunAt + LONGEST_SECONDS);
    const token = await new EncryptJWT({ epoch, begunAt })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setSubject(employeeId)
      .setIssuedAt(at)
      .setExpirationTime(until)
      .encrypt(key);
    reply.setCookie(name, token, { ...options, maxAge: until - at });
  };

  return {
    begin: (reply, who) => write(reply, { ...who, begunAt: seconds() }),
    read: async (request) => {
      const token = request.cookies[name];
      if (token === undefined) return undefined;
      try {
        const { payload } = await jwtDecrypt(token, key, {
          currentDate: new Date(now()),
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        const { sub: employeeId, iat: renewedAt, epoch, begunAt } = payload;
        if (employeeId === undefined || renewedAt === undefined) return undefined;
        if (typeof epoch !== 'number' || typeof begunAt !== 'number') return undefined;
        return { employeeId, epoch, begunAt, renewedAt };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
    renew: async (reply, session) => {
      if (seconds() - session.renewedAt >= RENEW_AFTER_SECONDS) await write(reply, session);
    },
    end: (reply) => void reply.clearCookie(name, options),
  };
}
