/** An embedded node that listens. Ports are the ones really bound (a node asked for port 0 gets any free one). */
export type RunningNode<Ports extends string = string> = {
  readonly ports: Readonly<Record<Ports, number>>;
  /** Stops accepting, settles what is in flight, writes what must be on disk, and frees the ports. */
  close(): Promise<void>;
};

/** Remembers how a part of a node is closed. */
export type OnClose = (close: () => Promise<unknown>) => void;

/**
 * Starts a node part by part. The parts are closed in the opposite order: when the node is, or at once where a later part cannot
 * be started.
 *
 * @param start opens the parts, says for each how it is closed, and returns the ports
 */
export async function startNode<Ports extends string>(
  start: (onClose: OnClose) => Promise<Readonly<Record<Ports, number>>>,
): Promise<RunningNode<Ports>> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (let last = closers.pop(); last !== undefined; last = closers.pop()) await last();
  };
  try {
    return { ports: await start((closer) => closers.push(closer)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
