/**
 * One listener a signal, however many calls wait on it: adding a listener takes time in proportion to those
 * already there.
 */

interface Waiters {
  readonly callbacks: Set<() => void>;
  readonly fire: () => void;
}

const waiters: WeakMap<AbortSignal, Waiters> = /* @__PURE__ */ new WeakMap();

/** Calls back once when the signal, not aborted yet, is aborted. Takes a fresh function. */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  (waiters.get(signal) ?? listen(signal)).callbacks.add(callback);
}

/** Calls it off. */
export function offAbort(signal: AbortSignal | undefined, callback: () => void): void {
  if (!signal) return;
  const waiting = waiters.get(signal);
  if (!waiting?.callbacks.delete(callback) || waiting.callbacks.size > 0) return;
  waiters.delete(signal);
  signal.removeEventListener("abort", waiting.fire);
}

function listen(signal: AbortSignal): Waiters {
  const callbacks = new Set<() => void>();
  const fire = (): void => {
    waiters.delete(signal);
    for (const callback of callbacks) callback();
  };
  const made = { callbacks, fire };
  waiters.set(signal, made);
  signal.addEventListener("abort", fire, { once: true });
  return made;
}

/** The work's result, or a rejection with the signal's reason as soon as it is aborted. */
export function untilAborted<T>(
  work: T | PromiseLike<T>,
  signal: AbortSignal | undefined,
): T | PromiseLike<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else onAbort(signal, abort);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => offAbort(signal, abort));
  });
}
