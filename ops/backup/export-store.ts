import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { Counts, type ExportHeader, type ExportTrailer } from './export-line.ts';
import { readStore } from './read-store.ts';

export type ExportDeps = {
  readonly client: EventStoreDBClient;
  /** Is ended when the export is complete. */
  readonly out: NodeJS.WritableStream;
  readonly gzip: boolean;
  readonly stop: AbortSignal;
  /** Told from time to time how many events are written. */
  readonly onProgress?: (events: number) => void;
};

export type Exported = Pick<ExportHeader, 'head'> & Pick<ExportTrailer, 'events' | 'sha256'>;

/** Characters that are written at once. */
const CHUNK = 64 * 1024;

/** Writes everything that belongs to a backup, as fast as it is taken; memory does not grow with it. */
export async function exportStore({ client, out, gzip, stop, onProgress }: ExportDeps): Promise<Exported> {
  const contents = await readStore(client, stop);
  const counts = new Counts();
  const hash = createHash('sha256');
  let trailer: ExportTrailer | undefined;

  async function* chunks() {
    let chunk = `${JSON.stringify(contents.header)}\n`;
    for await (const entry of contents.entries) {
      counts.add(entry);
      chunk += `${JSON.stringify(entry)}\n`;
      if (chunk.length < CHUNK) continue;
      hash.update(chunk);
      yield chunk;
      chunk = '';
      onProgress?.(counts.events);
    }
    hash.update(chunk);
    yield chunk;
    trailer = trailerOf(counts, hash.digest('hex'));
    yield `${JSON.stringify(trailer)}\n`;
  }

  const source = Readable.from(chunks(), { objectMode: true, highWaterMark: 2 });
  if (gzip) await pipeline(source, createGzip({ level: 1 }), out, { signal: stop });
  else await pipeline(source, out, { signal: stop });
  if (trailer === undefined) throw new Error('The export ended before its trailer.');
  return { head: contents.header.head, events: trailer.events, sha256: trailer.sha256 };
}

function trailerOf({ events, gone, tombstones }: Counts, sha256: string): ExportTrailer {
  return { kind: 'trailer', events, gone, tombstones, sha256 };
}
