// Reads an export back, line by line; what is not whole is refused before anything of it is imported.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import {
  Counts,
  type Entry,
  type ExportHeader,
  type ExportTrailer,
  FORMAT_VERSION,
  lineReader,
} from './export-line.ts';

/** The file is not an export that this version can import; the sentence says what is wrong with it. */
class BrokenExport extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('broken-export', sentence, options);
  }
}

/** An entry, and how long its line is. */
export type SizedEntry = { readonly entry: Entry; readonly size: number };

export type ReadExport = {
  readonly header: ExportHeader;
  readonly trailer: ExportTrailer;
  /** Reads the file once more. */
  entries(): AsyncGenerator<SizedEntry, void, undefined>;
};

/** The store takes no event as long; only a file that is no export has such lines. */
const LONGEST_LINE = 32 * 1024 * 1024;
const CUT_OFF = 'The file ends before its last line: it was cut off. Export again, or take another file.';

/**
 * Reads the whole file once to see that it is complete and unchanged.
 *
 * @throws BrokenExport
 */
export async function readExport(file: string): Promise<ReadExport> {
  const read = lineReader();
  const hash = createHash('sha256');
  const counts = new Counts();
  let header: ExportHeader | undefined;
  let trailer: ExportTrailer | undefined;
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    const line = read(text);
    if (line === undefined) throw new BrokenExport(notALine(number));
    if ((line.kind === 'header') !== (number === 1)) throw new BrokenExport(notALine(number));
    if (trailer !== undefined) throw new BrokenExport('The file goes on behind its last line.');
    if (line.kind === 'trailer') {
      trailer = line;
      continue;
    }
    hash.update(text).update('\n');
    if (line.kind === 'header') header = line;
    else counts.add(line);
  }
  if (header === undefined || trailer === undefined) throw new BrokenExport(CUT_OFF);
  const { events, gone, tombstones, sha256 } = trailer;
  const complete = counts.events === events && counts.gone === gone && counts.tombstones === tombstones;
  if (!complete || hash.digest('hex') !== sha256)
    throw new BrokenExport('The file was changed since it was exported: its sum is another.');

  async function* entries() {
    for await (const text of linesOf(file)) {
      const line = read(text);
      if (line === undefined) throw new BrokenExport('The file was changed while it was imported.');
      if (line.kind !== 'header' && line.kind !== 'trailer') yield { entry: line, size: text.length };
    }
  }
  return { header, trailer, entries };
}

function notALine(number: number): string {
  return number === 1
    ? `This is no export of Deskstream in version ${FORMAT_VERSION} of its format.`
    : `Line ${number} is not one of an export in version ${FORMAT_VERSION} of its format.`;
}

/** Lines end at line feeds and nowhere else: texts may hold every other sign. A last line without its end was cut off. */
async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytesOf(file)) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, end));
      yield rest.length === 1 ? chunk.toString('utf8', from, end) : Buffer.concat(rest).toString('utf8');
      rest = [];
      length = 0;
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE)
      throw new BrokenExport('A line of the file is too long to be one of an export.');
  }
  if (length > 0) throw new BrokenExport(CUT_OFF);
}

async function* bytesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  const source: Readable = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
  try {
    for await (const chunk of source) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new BrokenExport(CUT_OFF, { cause: error });
    throw error;
  }
}
