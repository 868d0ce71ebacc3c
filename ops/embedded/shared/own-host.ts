import type { FastifyRequest } from 'fastify';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const NAMES = /^(?:localhost|[\w.-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a request that came in on a loopback address asks for this machine by name. Another site can let its own name lead
 * here (DNS rebinding), and its pages could then read what is meant for whoever works on this machine. What comes in on
 * another address was opened to a network on purpose, under names that only its owner knows.
 */
export function asksForOwnHost({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  if (!LOOPBACK.test(socket.localAddress ?? '')) return true;
  const url = `http://${headers.host}`;
  return URL.canParse(url) && NAMES.test(new URL(url).hostname);
}
