import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const OURS = join(import.meta.dirname, 'assets');
const PICO = fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.min.css'));
const YEAR_SECONDS = 31_536_000;

/**
 * Serves style sheets, scripts and pictures under `/assets/`. The answer is a function from a file's name to its address,
 * which holds a hash of the content: such an address is cached for a year, any other is asked for anew.
 */
export async function serveAssets(
  app: FastifyInstance,
  ownDir: string | undefined,
): Promise<(name: string) => string> {
  const dirs = ownDir === undefined ? [OURS] : [OURS, ownDir];
  const versions = new Map([await version(PICO)]);
  for (const dir of dirs) {
    for (const name of await readdir(dir)) versions.set(...(await version(join(dir, name))));
  }
  await app.register(async (scope) => {
    scope.addHook('onSend', async (request, reply) => {
      const asked = new URL(request.url, 'http://localhost');
      const current = versions.get(basename(asked.pathname)) === asked.searchParams.get('v');
      const lasting = current && reply.statusCode < 400;
      reply.header('cache-control', lasting ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    });
    await scope.register(fastifyStatic, {
      root: [...dirs, dirname(PICO)],
      prefix: '/assets/',
      cacheControl: false,
      allowedPath: (path) => versions.has(path.slice(1)),
    });
  });
  return (name) => {
    const hash = versions.get(name);
    if (hash === undefined) throw new Error(`There is no asset "${name}". Put it into the folder of assets.`);
    return `/assets/${name}?v=${hash}`;
  };
}

async function version(path: string): Promise<[name: string, hash: string]> {
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('base64url')
    .slice(0, 12);
  return [basename(path), hash];
}
