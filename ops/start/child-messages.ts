/** What a child process tells the launcher over IPC: it listens on these ports. */
export type ChildReady = { readonly type: 'ready'; readonly ports: Readonly<Record<string, number>> };

/** What a child tells before it exits because it cannot start: `message` is one sentence for people. */
type ChildFailed = { readonly type: 'failed'; readonly message: string };

export type ChildMessage = ChildReady | ChildFailed;

/** Reads a message of a child; anything that is not part of the protocol is undefined. */
export function parseChildMessage(value: unknown): ChildMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'ready') {
    const ports = 'ports' in value ? portsOf(value.ports) : {};
    return { type: 'ready', ports };
  }
  if (value.type === 'failed' && 'message' in value && typeof value.message === 'string') {
    return { type: 'failed', message: value.message };
  }
  return undefined;
}

function portsOf(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  const numbers = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return Object.fromEntries(numbers);
}
