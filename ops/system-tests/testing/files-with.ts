import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The files under a folder that hold a word, by any spelling that one of letters and digits can be stored in. */
export async function filesWith(folder: string, word: string): Promise<readonly string[]> {
  const spellings = spellingsOf(word);
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      // Nodes delete files while they run.
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    if (spellings.some((spelling) => bytes.includes(spelling))) found.push(relative(folder, path));
  }
  return found.sort();
}

/**
 * As it is given, in small letters, with a capital, and in capitals: plainly, in UTF-16, in quoted-printable, where a line may
 * break within the word, and in base64, whatever stands before and behind it.
 */
function spellingsOf(word: string): readonly (string | Buffer)[] {
  const cases = [word, word.toLowerCase(), capital(word.toLowerCase()), word.toUpperCase()];
  return cases.flatMap((each) => [
    each,
    Buffer.from(each, 'utf16le'),
    ...Array.from(each, (_, at) => `${each.slice(0, at)}=\r\n${each.slice(at)}`).slice(1),
    ...[0, 1, 2].map((before) => inBase64(each, before)),
  ]);
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** What is the same in base64 wherever the word stands, when that many bytes of a group of three are in front of it. */
function inBase64(word: string, before: number): string {
  const whole = Buffer.from('x'.repeat(before) + word).toString('base64');
  return whole.slice(before === 0 ? 0 : before + 1, whole.length - 4);
}
