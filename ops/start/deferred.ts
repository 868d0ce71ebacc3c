export type Deferred = {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: Error): void;
};

/** A promise settled from outside (Node 20 has no `Promise.withResolvers`). Rejected without a waiter, it is silent. */
export function deferred(): Deferred {
  let resolve = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
