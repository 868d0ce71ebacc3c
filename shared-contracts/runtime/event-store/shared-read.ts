/**
 * Reads something on to its end for many who may ask at once: those who ask while it is being read share the next read, since
 * what they wait for may have come after this one had begun.
 */
export function sharedRead<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let reading: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;
  return () => {
    next ??= reading
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        const now = read();
        reading = now;
        return now;
      });
    return next;
  };
}
