/** Everything that a read brings. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** The error that a call ends with. @throws Error when it does not. */
export async function errorOf(call: Promise<unknown>): Promise<Error & { readonly type?: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('The call should have failed.');
}
