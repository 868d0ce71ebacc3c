// The entry of `npm run embedded -- NODE`: one embedded node alone.

import { type NodeCommand, parseCommand, USAGE } from './command.ts';
import { EMBEDDED_NODES, type EmbeddedNode } from './nodes.ts';
import { portProblem } from './port-check.ts';

const command = parseCommand(process.argv.slice(2), process.env);
switch (command.kind) {
  case 'help':
    console.log(USAGE);
    break;
  case 'refused':
    console.error(command.sentence);
    process.exitCode = 2;
    break;
  case 'run':
    await run(command, EMBEDDED_NODES[command.node]);
    break;
}

async function run(
  { node, options }: NodeCommand,
  { title, port, page, url, start }: EmbeddedNode,
): Promise<void> {
  await refuseUnusable(options.host, options.port, '--port');
  if (page !== undefined) await refuseUnusable(options.host, options.pagePort, '--page-port');
  // Whoever reads the output may be gone first; that is no reason to stop.
  process.stdout.on('error', () => {});
  const stopAsked = new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  try {
    const running = await start(options);
    const address = `${options.host}:${running.ports[port.name]}`;
    console.log(
      `The ${title} node listens on ${url(address, options.cert !== undefined)} and keeps its data in ${options.dataDir}.`,
    );
    if (page !== undefined) console.log(`Its page is at http://${options.host}:${running.ports[page.name]}`);
    await stopAsked;
    await running.close();
    process.exit(0);
  } catch (error) {
    fail(error instanceof Error ? error.message : `The ${node} node failed: ${String(error)}.`);
  }
}

async function refuseUnusable(host: string, port: number, flag: string): Promise<void> {
  const problem = await portProblem(host, port);
  switch (problem) {
    case undefined:
      return;
    case 'taken':
      return fail(
        `Port ${port} is taken by another program. Stop that program, or choose another port with ${flag}.`,
      );
    case 'not allowed':
      return fail(`Port ${port} may not be used by this user. Choose another port with ${flag}.`);
    case 'no such address':
      return fail(`"${host}" is not an address of this machine. Choose another one with --host.`);
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
