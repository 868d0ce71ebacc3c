/** An embedded node that listens. Ports are the ones really bound (a node asked for port 0 gets any free one). */
export type RunningNode<Ports extends string = string> = {
  readonly ports: Readonly<Record<Ports, number>>;
  /** Stops accepting, settles what is in flight, writes what must be on disk, and frees the ports. */
  close(): Promise<void>;
};
