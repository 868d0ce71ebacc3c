import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';

/**
 * Answers what is no readable HTTP request. Nothing of it is logged: the error carries the raw bytes, the path with its
 * secrets included.
 */
export function refuseBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (!socket.writable) return;
  socket.end(`HTTP/1.1 ${statusOf(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function statusOf(code: string): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return '400 Bad Request';
}
