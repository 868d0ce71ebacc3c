import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { BadOptions } from './options.ts';

const MOST_BYTES = 4096;

/**
 * A password from a person at a terminal, who does not see what they type, or the first line of standard input.
 *
 * @throws BadOptions when there is nobody to ask.
 */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return firstLine();
  if (!process.stdin.isTTY) {
    throw new BadOptions('Nobody can type a password here: give it on standard input with --password-stdin.');
  }
  process.stderr.write('Password: ');
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n') || text.length > MOST_BYTES) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
