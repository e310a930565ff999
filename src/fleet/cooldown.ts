/** A cooldown: one wait for every call that shares it, and a slow start after it. */

import { type BackoffOptions, checkBackoff, delayAbove, delayOf } from "../policy/backoff.ts";
import { checkFunction, checkMethods, checkNumber, wrongType } from "../policy/invalid.ts";
import { type Clock, systemClock } from "../time.ts";

/** What is known of a request when it is asked which gate it goes through. */
export interface RequestSummary {
  /** As it was given to `fetch`; empty for `requestWithRetry`, which knows of none. */
  readonly url: string;
  /** In capitals; empty for `requestWithRetry`. */
  readonly method: string;
}

/** When a cooldown's gate closes, for how long, and for whom. */
export interface CooldownOptions {
  /** How many retryable failures in a row close a gate, when none of them names a wait or is a 429. Default 5. */
  readonly failures?: number | undefined;
  /** Which requests share a gate. Default the origin of the URL. */
  readonly key?: ((request: RequestSummary) => string) | undefined;
  /**
   * How long a gate stays closed when the server names no wait, by how often in a row it was closed. As in the options
   * of a call, but with `"full"` jitter by default: the gates of many processes are not to open in step.
   */
  readonly backoff?: Omit<BackoffOptions, "previous" | "random"> | undefined;
  /** A number in [0, 1), for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Default the machine's clock. */
  readonly clock?: Clock | undefined;
}

/** Shared by any number of calls, wrappers and faces. */
export interface Cooldown {
  /**
   * The gate that a request goes through. For the two faces, not for their callers.
   *
   * @internal
   */
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
 * again; if not, the others follow in order of arrival, in a slow start: each success lets two more through, up to half
 * of what was too much the last time, and slowly from there. A call
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
  const gates = new Map<string | undefined, RememberedGate>();
  const create = (name: string | undefined): Gate => {
    forgetSome(gates, clock.now());
    const forget = (): void => {
      if (gates.get(name) === gate) gates.delete(name);
    };
    const gate = createGate({
      failures,
      backoff: { ...backoff, jitter: backoff.jitter ?? "full" },
      random,
      clock,
      forget,
    });
    gates.set(name, gate);
    return gate;
  };
  return {
    gate(request) {
      const name = key(request);
      return gates.get(name) ?? create(name);
    },
  };
}

/** Looks at the two oldest whenever one is added: so there are never many more than are in use. */
function forgetSome(gates: Map<string | undefined, RememberedGate>, now: number): void {
  let looked = 0;
  for (const [name, gate] of gates) {
    if (looked++ === 2) return;
    gates.delete(name);
    if (!gate.isForgotten(now)) gates.set(name, gate);
  }
}

/** All that have no origin of their own, as what is relative to a page, share one gate. */
function originOf({ url }: RequestSummary): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

interface GateOptions {
  readonly failures: number;
  readonly backoff: BackoffOptions;
  readonly random: () => number;
  readonly clock: Clock;
  /** There is nothing to remember about it. */
  readonly forget: () => void;
}

interface RememberedGate extends Gate {
  /** Whether what it remembers is so old that it no longer matters. */
  isForgotten(now: number): boolean;
}

/** Somebody who waits: called when it may go. */
type Waiter = (pass: Pass) => void;

// An attempt that has not been answered for so long holds nobody up any longer: it may hang.
const PATIENCE = 30_000;
// Calls that come one after the other say nothing of how many the server takes at once.
const CROWD = 8;
// What a server said so long ago says nothing of it now.
const MEMORY = 600_000;

function createGate({ failures, backoff, random, clock, forget }: GateOptions): RememberedGate {
  /** Those who wait, in order of arrival. */
  let queue = new Set<Waiter>();
  /** Those who are let through, and hold back for a moment so that they do not all arrive together; and what ends that. */
  const holding = new Map<Waiter, AbortController>();
  /** Those whose answer is awaited. */
  const onTheWay = new Set<Pass>();
  /** How many have not told yet, those that began before the last closing included. */
  let untold = 0;
  /** Nobody goes before this moment. */
  let until = 0;
  /** How many may be on their way at a time: all; or one after the gate was closed, and more with each success. */
  let window = Number.POSITIVE_INFINITY;
  /** Up to here it widens fast: half of what was too much the last time, as in TCP (RFC 5681, section 3.1). */
  let threshold = Number.POSITIVE_INFINITY;
  /** How many have succeeded while it was open to all. */
  let taken = 0;
  /** How many were on their way together when one of those succeeded, at most. */
  let abreast = 0;
  /** From one closing to the next, so that an attempt that began before the last one is known by it. */
  let era = {};
  let failedInRow = 0;
  let closedInRow = 0;
  /** How long it was closed the last time. */
  let step: number | undefined;
  /** How long an answer took: the scale of the jitter among those who go together. */
  let roundTrip = 0;
  let lastGone = 0;
  let alarm: { readonly at: number; readonly off: AbortController } | undefined;

  // A broken source of chance must not break the gate for everyone.
  const chance = (): number => {
    try {
      const u = random();
      return u < 1 ? Math.max(0, u) : 0;
    } catch {
      return 0;
    }
  };

  function issue(): Pass {
    const began = clock.now();
    const beganIn = era;
    let told = false;
    untold++;
    lastGone = began;
    /** Whether this is the first word of an attempt that began after the last closing. */
    const counts = (): boolean => {
      const first = !told;
      if (first) untold--;
      told = true;
      onTheWay.delete(pass);
      return first && beganIn === era;
    };
    const pass: Pass = {
      succeeded() {
        const together = onTheWay.size;
        if (counts()) {
          failedInRow = 0;
          closedInRow = 0;
          roundTrip = clock.now() - began;
          if (queue.size > 0) window += window < threshold ? 1 : window ** -2;
          else if (window === Number.POSITIVE_INFINITY) {
            taken++;
            abreast = Math.max(abreast, together);
          } else {
            window = Number.POSITIVE_INFINITY;
            threshold = window;
          }
        }
        proceed();
      },
      failed(wait, throttled) {
        const first = !told;
        if (counts()) {
          failedInRow++;
          if (wait > 0 || throttled || window === 1 || failedInRow >= failures) close(wait);
          proceed();
        } else if (first) postpone(wait);
      },
      released() {
        counts();
        proceed();
      },
    };
    onTheWay.add(pass);
    return pass;
  }

  function close(wait: number): void {
    const shape = { ...backoff, random: chance, previous: closedInRow > 0 ? step : undefined };
    step = wait > 0 ? delayAbove(wait, closedInRow, shape) : delayOf(closedInRow, shape);
    closedInRow++;
    closeUntil(clock.now() + step);
  }

  /** An attempt that began before the gate was closed was told a later moment: nobody is to be early. */
  function postpone(wait: number): void {
    if (wait > 0) closeUntil(Math.max(until, clock.now() + wait));
    proceed();
  }

  function closeUntil(moment: number): void {
    until = moment;
    if (abreast >= CROWD) window = Math.max(Math.min(taken, abreast), CROWD);
    if (window > 1) threshold = window / 2;
    taken = 0;
    abreast = 0;
    window = 1;
    era = {};
    onTheWay.clear();
    // Those who were about to go wait again, before all others.
    for (const stay of holding.values()) stay.abort();
    queue = new Set([...holding.keys(), ...queue]);
    holding.clear();
  }

  /** Lets through whom it may, and sees to it that it is called again when that changes by itself. */
  function proceed(): void {
    const now = clock.now();
    if (now >= lastGone + PATIENCE) onTheWay.clear();
    for (const waiter of queue) {
      if (now < until || !hasRoom()) break;
      queue.delete(waiter);
      const first = onTheWay.size + holding.size === 0;
      if (first || roundTrip === 0) waiter(issue());
      else holdBack(waiter);
    }
    setAlarm(now);
    if (queue.size + holding.size + untold === 0 && failedInRow === 0 && window === Number.POSITIVE_INFINITY)
      forget();
  }

  function hasRoom(): boolean {
    return onTheWay.size + holding.size + 1 <= window;
  }

  function holdBack(waiter: Waiter): void {
    const stay = new AbortController();
    holding.set(waiter, stay);
    const go = (): void => {
      // Its time may have come together with a closing, or with its leaving.
      if (!holding.delete(waiter)) return;
      waiter(issue());
      setAlarm(clock.now());
    };
    clock.sleep(chance() * roundTrip, stay.signal).then(go, () => {});
  }

  /** When it lets somebody through without being told anything; undefined where all who are let through hold back. */
  function nextChange(now: number): number | undefined {
    if (now < until) return until;
    return onTheWay.size > 0 ? lastGone + PATIENCE : undefined;
  }

  /** There is a timer only while somebody waits. */
  function setAlarm(now: number): void {
    const at = queue.size > 0 ? nextChange(now) : undefined;
    if (alarm?.at === at) return;
    alarm?.off.abort();
    alarm = undefined;
    if (at === undefined) return;
    const off = new AbortController();
    alarm = { at, off };
    const ring = (): void => {
      alarm = undefined;
      proceed();
    };
    clock.sleep(at - now, off.signal).then(ring, () => {});
  }

  return {
    get closedFor() {
      return Math.max(0, until - clock.now());
    },
    enter() {
      const now = clock.now();
      if (now >= lastGone + PATIENCE) onTheWay.clear();
      if (queue.size === 0 && now >= until && hasRoom()) return issue();
      const { promise, resolve } = Promise.withResolvers<Pass>();
      let given: Pass | undefined;
      const waiter: Waiter = (pass) => {
        given = pass;
        resolve(pass);
      };
      queue.add(waiter);
      proceed();
      return {
        pass: promise,
        leave() {
          holding.get(waiter)?.abort();
          if (queue.delete(waiter) || holding.delete(waiter)) proceed();
          given?.released();
        },
      };
    },
    isForgotten: (now) => queue.size + holding.size === 0 && now > Math.max(until, lastGone) + MEMORY,
  };
}
