import { eventually } from './eventually.ts';
import { type Figure, readFigures, tabled } from './read-figures.ts';

/** The figures in a text that is read anew each time. */
export function figuresIn(readText: () => Promise<string>) {
  return {
    /** All that is told now whose name begins so; random names read as what they stand for. */
    read: async (
      prefix: string,
      names: ReadonlyMap<string, string> = new Map(),
    ): Promise<readonly Figure[]> => {
      let text = await readText();
      for (const [name, as] of names) text = text.replaceAll(name, as);
      return readFigures(text).filter(({ name }) => name.startsWith(prefix));
    },
    /** Reads until that is what is told, and gives up with what is told instead. */
    told: async (expected: Readonly<Record<string, number>>, look: () => Promise<readonly Figure[]>) => {
      let last: Record<string, number> = {};
      const wanted = JSON.stringify(expected);
      await eventually('the figures', async () => {
        last = tabled(await look());
        return JSON.stringify(last) === wanted;
      }).catch(() => undefined);
      return last;
    },
  };
}
