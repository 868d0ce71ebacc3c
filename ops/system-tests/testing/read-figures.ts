// Prometheus text, read as its scraper would.

export type Figure = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** Every figure, without buckets and sums: how much that took is nobody's to foretell. */
export function readFigures(text: string): readonly Figure[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || /_(bucket|sum)$/.test(name)) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = '', said = '']) => [label, said] as const,
    );
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** Values by name and what the labels say, in the order of the labels' names: `requests_total GET 200`. */
export function tabled(figures: readonly Figure[]): Record<string, number> {
  const rows = figures.map(({ name, labels, value }): [string, number] => {
    const said = Object.keys(labels)
      .sort()
      .map((label) => labels[label]);
    return [[name, ...said].join(' '), value];
  });
  return Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1)));
}
