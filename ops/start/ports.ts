import { type PortProblem, portProblem } from '../embedded/port-check.ts';
import { PORT_SETTINGS, type PortName, type Ports } from './settings.ts';
import { StartError } from './start-error.ts';

/** A port that is going to be used, and the address that it is bound on, with the setting of that address. */
export type WantedPort = { readonly name: PortName; readonly host: string; readonly hostSetting: string };

/** Ports below the range that systems take for outgoing connections, which would otherwise steal a port between two starts. */
const FIRST = 10_240;
const SLOT = 16;
const SLOTS = Math.floor((32_768 - FIRST) / SLOT);

/**
 * Settles which port everything listens on before anything starts, so that links between the sites and restarts
 * know them: what is 0 becomes a free port.
 *
 * @throws StartError when a port is taken or an address is not one of this machine
 */
export async function settlePorts(ports: Ports, wanted: readonly WantedPort[]): Promise<Ports> {
  refuseTwice(ports, wanted);
  const fixed = wanted.filter(({ name }) => ports[name] !== 0);
  const problems = await Promise.all(fixed.map(({ name, host }) => portProblem(host, ports[name])));
  fixed.forEach((port, index) => {
    const problem = problems[index];
    if (problem !== undefined) throw new StartError(sentenceFor(port, ports[port.name], problem));
  });
  const open = wanted.filter(({ name }) => ports[name] === 0);
  if (open.length === 0) return ports;
  const free = await freePorts(open);
  return { ...ports, ...Object.fromEntries(open.map(({ name }, index) => [name, free[index]])) };
}

/** Looks from a place of this process's own, so that two launchers that start at once do not pick the same ports. */
async function freePorts(open: readonly WantedPort[]): Promise<readonly number[]> {
  for (let turn = 0; turn < SLOTS; turn += 1) {
    const start = FIRST + ((process.pid + turn) % SLOTS) * SLOT;
    const candidates = open.map((_, index) => start + index);
    const problems = await Promise.all(open.map(({ host }, index) => portProblem(host, start + index)));
    const impossible = open.find((_, index) => problems[index] === 'no such address');
    if (impossible !== undefined) throw new StartError(sentenceFor(impossible, 0, 'no such address'));
    if (problems.every((problem) => problem === undefined)) return candidates;
  }
  throw new StartError(
    `No ${SLOT} free ports in a row are left on this machine. Set the ports (DESKSTREAM_*_PORT) by hand.`,
  );
}

function refuseTwice(ports: Ports, wanted: readonly WantedPort[]): void {
  const seen = new Map<number, PortName>();
  for (const { name } of wanted) {
    const port = ports[name];
    const other = seen.get(port);
    if (port !== 0 && other !== undefined) {
      throw new StartError(
        `${PORT_SETTINGS[other].setting} and ${PORT_SETTINGS[name].setting} are both ${port}. Give each a port of its own.`,
      );
    }
    seen.set(port, name);
  }
}

function sentenceFor({ name, host, hostSetting }: WantedPort, port: number, problem: PortProblem): string {
  const { setting, what } = PORT_SETTINGS[name];
  switch (problem) {
    case 'taken':
      return `Port ${port}, for ${what}, is taken by another program. Stop that program, or set ${setting} to another port.`;
    case 'not allowed':
      return `Port ${port}, for ${what}, may not be used by this user. Set ${setting} to another port.`;
    case 'no such address':
      return `"${host}" is not an address of this machine. Correct ${hostSetting}.`;
  }
}
