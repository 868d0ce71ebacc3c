// How many forms of a kind one network address may send in a minute; who comes too often loses nothing that they wrote.
import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** Counts a request. The answer is the seconds until its sender may come again; undefined where that is now. */
export type SenderLimit = (request: FastifyRequest) => Promise<number | undefined>;

/**
 * Registers what counts in the scope that is given: each limit has one of its own.
 *
 * @param perMinute in this instance; 0: any number.
 */
export async function limitSenders(scope: FastifyInstance, perMinute: number): Promise<SenderLimit> {
  await scope.register(fastifyRateLimit, { global: false, cache: MOST_ADDRESSES });
  const count = scope.createRateLimit({ max: perMinute, timeWindow: MINUTE_MS });
  return async (request) => {
    if (perMinute === 0 || isThisMachine(request.ip)) return undefined;
    const counted = await count(request);
    return !counted.isAllowed && counted.isExceeded ? counted.ttlInSeconds : undefined;
  };
}

/**
 * What comes from this machine itself is not counted: nobody from outside has its address, unless a proxy here is not among
 * the trusted ones, and then all its visitors would be counted as one.
 */
function isThisMachine(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
