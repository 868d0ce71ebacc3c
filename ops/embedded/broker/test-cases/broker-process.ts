import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A broker in a process of its own, so that it can be killed and its memory measured. */
export type BrokerProcess = {
  readonly url: string;
  /** Ends it as the machine's death would: without a chance to write anything. */
  kill(): Promise<void>;
  /** Bytes that it holds in its heap and in buffers. */
  memory(): Promise<number>;
};

const isBrokerProcess = process.argv[2] === 'run-broker';

/** @param onPort any free one, unless told otherwise. */
export async function startBrokerProcess(dataDir: string, onPort = 0): Promise<BrokerProcess> {
  const args = ['run-broker', dataDir, String(onPort)];
  const child = fork(new URL(import.meta.url), args, { execArgv: ['--expose-gc'] });
  const [port] = await once(child, 'message');
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async memory() {
      child.send('memory');
      const [bytes] = await once(child, 'message');
      return Number(bytes);
    },
  };
}

if (isBrokerProcess) {
  const { startBrokerNode } = await import('../node.ts');
  const node = await startBrokerNode({
    dataDir: process.argv[3] ?? '',
    port: Number(process.argv[4]),
    pagePort: 0,
  });
  process.send?.(node.ports.broker);
  process.on('disconnect', () => process.exit());
  process.on('message', () => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    process.send?.(heapUsed + arrayBuffers);
  });
}
