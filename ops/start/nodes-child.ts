// A process that hosts embedded nodes. Its one argument is a JSON list of NodeToStart, written by the launcher.
import { EMBEDDED_NODES, type NodeName, type NodeOptions } from '../embedded/nodes.ts';
import type { RunningNode } from '../embedded/shared/running-node.ts';
import { runReadyChild } from './ready-child.ts';
import { StartError } from './start-error.ts';

type NodeToStart = { readonly node: NodeName; readonly options: NodeOptions };

// The argument comes from the launcher's own `JSON.stringify` of the same type.
const wanted: readonly NodeToStart[] = JSON.parse(process.argv[2] ?? '[]');

await runReadyChild(startAll, (error) =>
  error instanceof Error ? error.message : `An embedded node did not start: ${String(error)}.`,
);

async function startAll() {
  const outcomes = await Promise.allSettled(wanted.map(startOne));
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async () => {
    await Promise.all(running.map((node) => node.close()));
  };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { ports: Object.assign({}, ...running.map((node) => node.ports)), close };
}

async function startOne({ node, options }: NodeToStart): Promise<RunningNode> {
  try {
    return await EMBEDDED_NODES[node].start(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The embedded ${EMBEDDED_NODES[node].title} node did not start: ${reason}`, {
      cause,
    });
  }
}
