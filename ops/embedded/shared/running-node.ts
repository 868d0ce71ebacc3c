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
 * be started; where one of them fails, the others are closed all the same, so that the folder is given free.
 *
 * @param start opens the parts, says for each how it is closed, and returns the ports
 */
export async function startNode<Ports extends string>(
  start: (onClose: OnClose) => Promise<Readonly<Record<Ports, number>>>,
): Promise<RunningNode<Ports>> {
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (const closer of closers.toReversed()) {
      try {
        await closer();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  let closing: Promise<void> | undefined;
  try {
    const ports = await start((closer) => closers.push(closer));
    return {
      ports,
      close: () => {
        closing ??= closeAll();
        return closing;
      },
    };
  } catch (error) {
    // Why it did not start says more than what came of that.
    await closeAll().catch(() => undefined);
    throw error;
  }
}
