/** A cooldown: one wait for every call that shares it, and a slow start after it. */

import { type BackoffOptions, backoffDelay, checkBackoff, delayAbove, draw } from "../policy/backoff.ts";
import { checkFunction, checkMethods, checkNumber, wrongType } from "../policy/invalid.ts";
import { type Clock, systemClock } from "../time.ts";

/** What is known of a request when it is asked which gate it goes through. */
export interface RequestSummary {
  /** As it was given to `fetch`; empty for `requestWithRetry`, which knows of none. */
  readonly url: string;
  readonly method: string;
}

export interface CooldownOptions {
  /** How many retryable failures in a row close a gate, when none of them names a wait or is a 429. Default 5. */
  readonly failures?: number | undefined;
  /** Which requests share a gate. Default the origin of the URL. */
  readonly key?: ((request: RequestSummary) => string) | undefined;
  /** How long a gate stays closed when the server names no wait, by how often in a row it was closed. */
  readonly backoff?: Omit<BackoffOptions, "previous" | "random"> | undefined;
  /** A number in [0, 1), for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Default the machine's clock. */
  readonly clock?: Clock | undefined;
}

/** Shared by any number of calls, wrappers and faces. */
export interface Cooldown {
  /** The gate that a request goes through. */
  gate(request: RequestSummary): Gate;
}

/** Where calls wait for each other; all times in milliseconds. */
export interface Gate {
  /** How long it stays closed, for everyone; 0 while it lets calls through, one by one or all. */
  readonly closedFor: number;
  /** Goes through at once, or waits for its turn. */
  enter(): Pass | Turn;
}

/** A place in the queue. */
export interface Turn {
  readonly pass: Promise<Pass>;
  /** Leaves the queue, or gives the pass back. */
  readonly leave: () => void;
}

/** One attempt on its way. It is to tell what it met, once: the first word counts. */
export interface Pass {
  /** How long to hold back, so that those who go through together do not arrive together. */
  readonly delay: number;
  /** The server answered, and did not turn it away. */
  succeeded(): void;
  /** The server turned it away; `wait` is the wait that it named, or 0. */
  failed(wait: number, throttled: boolean): void;
  /** Nothing was learned: it was aborted, or never made. */
  released(): void;
}

/**
 * A gate that closes for everyone as soon as the server asks for a wait, so that the calls behind it do not find that
 * out one by one.
 *
 * It closes at once on a 429 or any answer that names a wait, and after `failures` other retryable failures in a row.
 * Then all calls that share it wait for the same moment: the server's, with jitter above it, or else one step of
 * `backoff`, growing while it stays closed. One call goes ahead as a probe. If that is turned away, the gate closes
 * again; if not, the others follow in order of arrival, in a slow start: each success lets two more through. A call
 * that waits at the gate makes no attempts and so uses up no retries; its signal and its total timeout end the wait.
 *
 * @param options When it closes, for how long, and for whom.
 * @returns A cooldown to be shared by all calls to the same service.
 * @throws {TypeError} An option is of the wrong type.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { createCooldown, withRetry } from "request-with-retry";
 *
 * const retryingFetch = withRetry(fetch, { cooldown: createCooldown(), backoff: { jitter: "full" } });
 * const response = await retryingFetch("https://api.example.com/ok");
 * response.status; // => 200
 * ```
 */
export function createCooldown(options: CooldownOptions = {}): Cooldown {
  if (typeof options !== "object" || options === null) throw wrongType("options", "an object", options);
  const { failures = 5, key = originOf, backoff = {}, random = Math.random, clock = systemClock } = options;
  checkNumber("failures", failures, "a positive integer", (n) => Number.isInteger(n) && n > 0);
  checkFunction("key", key);
  checkBackoff("backoff.", backoff);
  checkFunction("random", random);
  checkMethods("clock", clock, "a Clock with now() and sleep()", ["now", "sleep"]);
  const gates = new Map<string, Gate>();
  return {
    gate(request) {
      const name = key(request);
      let gate = gates.get(name);
      if (!gate) {
        gate = createGate({ failures, backoff, random, clock, forget: () => gates.delete(name) });
        gates.set(name, gate);
      }
      return gate;
    },
  };
}

function originOf({ url }: RequestSummary): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}

interface GateOptions {
  readonly failures: number;
  readonly backoff: BackoffOptions;
  readonly random: () => number;
  readonly clock: Clock;
  /** There is nothing to remember about it. */
  readonly forget: () => void;
}

// An attempt that has not been answered for so long holds nobody up any longer: it may hang.
const PATIENCE = 30_000;

function createGate({ failures, backoff, random, clock, forget }: GateOptions): Gate {
  /** Those who wait, in order of arrival. */
  const queue = new Set<(pass: Pass) => void>();
  /** Nobody goes before this moment. */
  let until = 0;
  /** How many may be on their way at a time: all, or one after it was closed, and then more with each success. */
  let window = Number.POSITIVE_INFINITY;
  let onTheWay = 0;
  /** Counts closings, so that an attempt that began before the last one is known by its number. */
  let epoch = 0;
  let failedInRow = 0;
  let closedInRow = 0;
  /** How long an answer took: the scale of the jitter among those who go together. */
  let roundTrip = 0;
  let lastGone = 0;
  let alarm: { readonly at: number; readonly off: AbortController } | undefined;

  function issue(): Pass {
    const began = clock.now();
    lastGone = began;
    const number = epoch;
    const delay = onTheWay > 0 && window < Number.POSITIVE_INFINITY ? draw(random) * roundTrip : 0;
    onTheWay++;
    let told = false;
    // Whether this is the first word of an attempt that counts.
    const counts = (): boolean => {
      const first = !told && number === epoch;
      told = true;
      if (first) onTheWay--;
      return first;
    };
    return {
      delay,
      succeeded() {
        if (!counts()) return;
        failedInRow = 0;
        closedInRow = 0;
        roundTrip = Math.max(0, clock.now() - began - delay);
        window = queue.size > 0 ? window + 1 : Number.POSITIVE_INFINITY;
        proceed();
      },
      failed(wait, throttled) {
        if (!told && number !== epoch && wait > 0) postpone(wait);
        if (!counts()) return;
        failedInRow++;
        if (wait > 0 || throttled || window === 1 || failedInRow >= failures) close(wait);
        proceed();
      },
      released() {
        if (counts()) proceed();
      },
    };
  }

  function close(wait: number): void {
    const shape = { ...backoff, random };
    until =
      clock.now() + (wait > 0 ? delayAbove(wait, closedInRow, shape) : backoffDelay(closedInRow, shape));
    closedInRow++;
    failedInRow = 0;
    window = 1;
    onTheWay = 0;
    epoch++;
  }

  /** An attempt that began before the gate was closed was told a later moment. */
  function postpone(wait: number): void {
    if (until > clock.now()) until = Math.max(until, clock.now() + wait);
    proceed();
  }

  /** Lets through whom it may, and sets the alarm for when that changes by itself. */
  function proceed(): void {
    const now = clock.now();
    for (const go of queue) {
      if (now < until || onTheWay >= window) break;
      queue.delete(go);
      go(issue());
    }
    setAlarm(now);
    if (queue.size === 0 && onTheWay === 0 && failedInRow === 0 && window === Number.POSITIVE_INFINITY)
      forget();
  }

  /** There is a timer only while somebody waits. */
  function setAlarm(now: number): void {
    const at = now < until ? until : lastGone + PATIENCE;
    if (queue.size > 0 && alarm?.at === at) return;
    alarm?.off.abort();
    alarm = undefined;
    if (queue.size === 0) return;
    const off = new AbortController();
    alarm = { at, off };
    const ring = (): void => {
      alarm = undefined;
      if (at > until) giveUpOnThem();
      proceed();
    };
    clock.sleep(at - now, off.signal).then(ring, () => {});
  }

  function giveUpOnThem(): void {
    onTheWay = 0;
    epoch++;
  }

  return {
    get closedFor() {
      return Math.max(0, until - clock.now());
    },
    enter() {
      if (queue.size === 0 && clock.now() >= until && onTheWay < window) return issue();
      const { promise, resolve } = Promise.withResolvers<Pass>();
      let given: Pass | undefined;
      const go = (pass: Pass): void => {
        given = pass;
        resolve(pass);
      };
      queue.add(go);
      proceed();
      return {
        pass: promise,
        leave() {
          if (queue.delete(go)) proceed();
          given?.released();
        },
      };
    },
  };
}
