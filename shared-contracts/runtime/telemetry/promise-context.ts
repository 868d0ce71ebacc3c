// What is active in a chain of promises, for Node before 24.
import { promiseHooks } from 'node:v8';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

const carried = Symbol('context');

/** A promise that was made inside a context carries it. */
type Carrier = Promise<unknown> & { [carried]?: Context };

/**
 * The active context, handed on from promise to promise: to what an `async` function does after an `await`, and to `then`. It
 * does not follow callbacks of timers, sockets and emitters, which nothing of ours needs.
 *
 * `AsyncLocalStorage`, which follows all of these, gives an id to each promise of the process before Node 24, and that costs
 * more than all spans do. From 24 on it does not, and is what should be used.
 */
export class PromiseContextManager implements ContextManager {
  #active: Context = ROOT_CONTEXT;
  #stop: (() => void) | undefined;

  active(): Context {
    return this.#active;
  }

  with<Arguments extends unknown[], Step extends (...args: Arguments) => ReturnType<Step>>(
    context: Context,
    step: Step,
    thisArg?: ThisParameterType<Step>,
    ...args: Arguments
  ): ReturnType<Step> {
    const before = this.#active;
    this.#active = context;
    try {
      return step.call(thisArg, ...args);
    } finally {
      this.#active = before;
    }
  }

  /** Functions keep the context; an emitter is given back as it is. */
  bind<Target>(context: Context, target: Target): Target {
    if (typeof target !== 'function') return target;
    const manager = this;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return manager.with(context, () => Reflect.apply(target, this, args));
    };
    // The same function to whoever calls it, but for the context.
    return bound as Target;
  }

  enable(): this {
    this.#stop ??= promiseHooks.createHook({
      init: (promise: Carrier) => {
        if (this.#active !== ROOT_CONTEXT) promise[carried] = this.#active;
      },
      before: (promise: Carrier) => {
        this.#active = promise[carried] ?? ROOT_CONTEXT;
      },
      // Reactions begin with nothing active.
      after: () => {
        this.#active = ROOT_CONTEXT;
      },
    }) as () => void;
    return this;
  }

  disable(): this {
    this.#stop?.();
    this.#stop = undefined;
    this.#active = ROOT_CONTEXT;
    return this;
  }
}
