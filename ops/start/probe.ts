import { connect } from 'node:net';
import type { Address } from './server-urls.ts';
import { StartError } from './start-error.ts';

const PROBE_LIMIT_MS = 3000;

/** Makes sure that something answers at one of the addresses that a setting names. */
export async function probeServer(setting: string, addresses: readonly Address[]): Promise<void> {
  if (addresses.length === 0) return;
  const problems = await Promise.all(addresses.map(connectionProblem));
  if (problems.includes(undefined)) return;
  const tried = addresses.map(({ host, port }, index) => `${host}:${port} (${problems[index]})`).join(', ');
  throw new StartError(
    `${setting} leads to a server that does not answer: ${tried}. Start that server, correct ${setting}, or leave it out to use the embedded one.`,
  );
}

function connectionProblem({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_LIMIT_MS });
    const end = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer within ${PROBE_LIMIT_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(wordsFor(error.code)));
  });
}

function wordsFor(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to it';
    default:
      return code ?? 'not reachable';
  }
}
