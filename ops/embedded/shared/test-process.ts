import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

/**
 * For tests: starts a node in a process of its own, so that it can be killed. It is killed when the test ends.
 *
 * @param module URL of the module that exports `start`
 * @param start name of the function that starts the node
 */
export async function startProcess(
  t: Test,
  module: URL,
  start: string,
  options: Readonly<Record<string, unknown>>,
): Promise<{ child: ChildProcess; ports: Record<string, number> }> {
  const program = `
    const { ${start} } = await import(${JSON.stringify(module.href)});
    console.log(JSON.stringify((await ${start}(${JSON.stringify(options)})).ports));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [ports] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ports: JSON.parse(String(ports)) };
}
