/** Stands in for something that is only handed on: whatever of it is called throws. */
export function neverCalled<Dependency extends object>(what: string): Dependency {
  const refuse = () => {
    throw new Error(`${what} was called.`);
  };
  // It has every method there is, which no type can say.
  return new Proxy({}, { get: () => refuse }) as Dependency;
}
