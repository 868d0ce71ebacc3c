/** Does something again and again; the next time is set when one is over, so that they never overlap. */
export function repeat(everyMs: number, task: () => Promise<void> | void): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = run();
    }, everyMs);
    timer.unref();
  };
  const run = async (): Promise<void> => {
    await task();
    if (!stopped) schedule();
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
