import { createServer } from 'node:net';

/** Why a server cannot listen on an address. */
export type PortProblem = 'taken' | 'not allowed' | 'no such address';

/** Tries to listen on an address for a moment; undefined when that works. */
export function portProblem(host: string, port: number): Promise<PortProblem | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem = problemOf(error);
      if (problem === undefined) reject(error);
      else resolve(problem);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function problemOf(error: NodeJS.ErrnoException): PortProblem | undefined {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'taken';
    case 'EACCES':
      return 'not allowed';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such address';
    default:
      return undefined;
  }
}
