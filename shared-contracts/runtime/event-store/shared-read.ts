/**
 * Reads something on to its end for many who may ask at once: those who ask while it is being read share the next read, since
 * what they wait for may have come after this one had begun.
 */
export function sharedRead(read: () => Promise<void>): () => Promise<void> {
  let reading: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= reading
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        reading = read();
        return reading;
      });
    return next;
  };
}
