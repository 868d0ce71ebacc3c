import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCompose } from './read-compose.ts';
import type { ComposeFiles } from './rule.ts';

const OTHERS = [
  'make-settings.sh',
  'begin-replica-set.js',
  'mongo-users.js',
  'rabbitmq-cluster.conf',
  'rabbitmq-memory.conf',
  'nginx.conf',
];

/** @param root the folder of the repository. */
export async function readComposeFiles(root: string): Promise<ComposeFiles> {
  const read = (name: string) => readFile(join(root, name), 'utf8');
  const [compose, dockerfile, ...others] = await Promise.all([
    read('docker-compose.yml'),
    read('ops/compose/Dockerfile'),
    ...OTHERS.map((name) => read(`ops/compose/${name}`)),
  ]);
  return {
    compose: readCompose(compose),
    dockerfile,
    others: Object.fromEntries(OTHERS.map((name, index) => [name, others[index] ?? ''])),
  };
}
