// Calls that share a cooldown: on a clock that jumps, so that every wait is exact and none takes time.

import { getEventListeners } from "node:events";
import { fc, test } from "@fast-check/vitest";
import {
  type Attempt,
  type Clock,
  type Cooldown,
  type CooldownEvent,
  type CooldownOptions,
  createCooldown,
  createRetryBudget,
  type FetchRetryOptions,
  type GiveUpEvent,
  HttpError,
  type RetryEvent,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { afterEach, describe, expect, vi } from "vitest";
import { type VirtualClock, virtualClock } from "../virtual-clock.ts";

const PATIENCE = 30_000;
const enough = new Error("the caller's own");
const hang = (): Promise<never> => new Promise(() => {});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function answer(status: number, retryAfter?: number): Response {
  return new Response(null, {
    status,
    headers: retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` },
  });
}

async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.unreachable("it should have rejected"),
    (error) => error,
  );
}

/** A fleet on one clock, without chance unless `u` says otherwise. */
interface Fleet {
  readonly clock: VirtualClock;
  readonly cooldown: Cooldown;
  readonly call: (
    request: (attempt: Attempt) => Response | Promise<Response>,
    options?: RetryOptions,
  ) => Promise<Response>;
  /** One more call is answered with a 429 that names this wait, in seconds. */
  readonly close: (seconds: number) => Promise<void>;
  /** A request that takes 100 ms, and notes when it began. */
  readonly fine: () => Promise<Response>;
  readonly began: number[];
}

function fleet({ u = 0, ...options }: CooldownOptions & { readonly u?: number } = {}, start = 0): Fleet {
  const clock = virtualClock(start);
  const random = (): number => u;
  const cooldown = createCooldown({ clock, random, backoff: { jitter: "additive" }, ...options });
  const began: number[] = [];
  const call: Fleet["call"] = (request, own) =>
    requestWithRetry(request, { cooldown, clock, random, ...own });
  return {
    clock,
    cooldown,
    call,
    close: async (seconds) => void (await rejection(call(() => answer(429, seconds), { maxRetries: 0 }))),
    fine: async () => {
      began.push(clock.now());
      await clock.sleep(100);
      return answer(200);
    },
    began,
  };
}

/** Aborts after so much time of the clock. */
function abortAfter(ms: number, clock: VirtualClock, controller = new AbortController()): AbortController {
  void clock.sleep(ms).then(() => controller.abort(enough));
  return controller;
}

const listeners = ({ signal }: AbortController): number => getEventListeners(signal, "abort").length;

afterEach(() => {
  vi.useRealTimers();
});

describe("cooldown, calls that share it", () => {
  test("a call that meets a 429 holds up the others before their first attempt, in order of arrival", async () => {
    const { call, close, clock, began, fine } = fleet();
    await close(20);
    const order: number[] = [];
    const one = (i: number) => call(() => fine().finally(() => order.push(i)));
    await Promise.all([0, 1, 2, 3, 4, 5, 6].map(one));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(began).toEqual([20_000, 20_100, 20_100, 20_200, 20_200, 20_200, 20_200]);
    expect(clock.sleepers).toBe(0);
  });

  test("those who go together are spread over a round trip", async () => {
    const { call, close, began, fine } = fleet({ u: 0.5 });
    await close(20);
    await Promise.all(Array.from({ length: 5 }, () => call(fine)));
    // 20 s and half of the 10 s above it; then the first of two at once, the other half a round trip later.
    expect(began).toEqual([25_000, 25_100, 25_150, 25_250, 25_250]);
  });

  test("a call waits at the gate instead of on its own, and as long as the gate says", async () => {
    const { call, clock } = fleet();
    const events: RetryEvent[] = [];
    const answers = [answer(429, 20), answer(429), answer(200)];
    const response = await call(() => answers.shift() as Response, {
      onRetry: (event) => void events.push(event),
    });
    expect(response.status).toBe(200);
    expect(events.map(({ delay, attempt }) => [attempt, delay])).toEqual([
      [1, 20_000],
      [2, 2000],
    ]);
    expect(clock.slept).toEqual([20_000, 2000]);
  });

  test("an answer that comes late closes the gate, although that has been open and at rest since", async () => {
    const { call, close, clock, began, fine } = fleet();
    const starts: number[] = [];
    const slow = call(async () => {
      starts.push(clock.now());
      await clock.sleep(5000);
      return starts.length === 1 ? answer(429, 10) : answer(200);
    });
    await turn();
    await close(1);
    await call(fine);
    await clock.sleep(4500);
    const other = call(fine);
    await Promise.all([slow, other]);
    expect(began).toEqual([1000, expect.any(Number)]);
    expect(Math.min(began[1] as number, starts[1] as number)).toBe(15_000);
  });

  test("a call that has waited at the gate once goes through like any other at its next attempt", async () => {
    const { call, close, clock, cooldown, began, fine } = fleet();
    await close(10);
    const events: CooldownEvent[] = [];
    const answers = [answer(503), answer(429, 20)];
    const probe = call(fine);
    const twice = call(() => answers.shift() ?? answer(200), {
      maxRetries: 1,
      onCooldown: (event) => void events.push(event),
    });
    expect((await rejection(twice)).status).toBe(429);
    // The gate was open for its second attempt, and that one's word counts.
    expect([clock.now(), events.length]).toEqual([11_100, 1]);
    expect(cooldown.gate({ url: "", method: "" }).closedFor).toBe(20_000);
    await call(fine);
    expect(began).toEqual([10_000, 31_100]);
    await probe;
  });

  test("a call whose own backoff is longer than the gate is closed waits for that", async () => {
    const { call, clock } = fleet();
    const began: number[] = [];
    const request = (): Response => {
      began.push(clock.now());
      return began.length === 1 ? answer(429, 10) : answer(200);
    };
    await call(request, { backoff: () => 60_000 });
    expect(began).toEqual([0, 60_000]);
  });

  test("a call whose failure does not close the gate waits on its own", async () => {
    const { call, clock } = fleet();
    const answers = [answer(503), answer(503), answer(200)];
    await call(() => answers.shift() as Response);
    expect(clock.slept).toEqual([1000, 2000]);
  });

  test("waiting at the gate uses up no retries", async () => {
    const { call, close, clock } = fleet();
    await close(5);
    // Four probes are turned away before it is the turn of a call that has no retries.
    const probes = Array.from({ length: 4 }, () => rejection(call(() => answer(429), { maxRetries: 0 })));
    const request = vi.fn(() => answer(200));
    const last = await call(request, { maxRetries: 0 });
    expect(last.status).toBe(200);
    expect(request).toHaveBeenCalledTimes(1);
    expect(clock.now()).toBe(5000 + 2000 + 4000 + 8000 + 16_000);
    await Promise.all(probes);
  });

  const closedFor = (cooldown: Cooldown): number => cooldown.gate({ url: "", method: "" }).closedFor;

  test.each<[status: number, closes: number]>([
    [503, 1000],
    [404, 0],
  ])("five answers of %i in a row close the gate for %i ms", async (status, ms) => {
    const { call, cooldown } = fleet();
    const fail = () => rejection(call(() => answer(status), { maxRetries: 0 }));
    for (let i = 0; i < 4; i++) await fail();
    expect(closedFor(cooldown)).toBe(0);
    await fail();
    expect(closedFor(cooldown)).toBe(ms);
  });

  test("an answer that is no success, but no failure of the server's either, is a sign of life", async () => {
    const { call, cooldown } = fleet();
    const fail = (status: number) => rejection(call(() => answer(status), { maxRetries: 0 }));
    for (const status of [503, 503, 503, 503, 404, 503, 503, 503, 503]) await fail(status);
    expect(closedFor(cooldown)).toBe(0);
    await fail(503);
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("a bug in the caller's code says nothing of the server", async () => {
    const { call, cooldown } = fleet();
    const bug = (): never => {
      throw new TypeError("x is not a function");
    };
    const fail = (request: () => Response) => rejection(call(request, { maxRetries: 0 }));
    for (let i = 0; i < 4; i++) await fail(() => answer(503));
    await fail(bug);
    expect(closedFor(cooldown)).toBe(0);
    await fail(() => answer(503));
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("network failures and attempts that take too long close it as failed answers do", async () => {
    const { call, cooldown } = fleet({ failures: 2 });
    const reset = () => Promise.reject(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    await rejection(call(reset, { maxRetries: 0 }));
    await rejection(call(hang, { maxRetries: 0, attemptTimeout: 50 }));
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("a code of the kind of a 429 closes it at once", async () => {
    const { call, cooldown } = fleet();
    const slow = () => Response.json({ error: { code: "slow_down" } }, { status: 503 });
    await rejection(call(slow, { maxRetries: 0 }));
    expect(closedFor(cooldown)).toBe(1000);
  });

  test("what `classify` calls a failure closes it, what it calls none opens it", async () => {
    const { call, cooldown } = fleet({ failures: 1 });
    await rejection(call(() => answer(404), { maxRetries: 0, classify: () => true }));
    expect(closedFor(cooldown)).toBe(1000);
    await call(() => answer(200), { classify: () => undefined });
    await rejection(call(() => answer(503), { classify: () => false }));
    expect(closedFor(cooldown)).toBe(0);
  });

  test("a wait above maxRetryAfter is told to that call alone, and holds up nobody", async () => {
    const { call, close, began, fine } = fleet();
    const tooLong = (maxRetryAfter?: number) => rejection(call(() => answer(429, 121), { maxRetryAfter }));
    expect((await tooLong()).reason).toBe("retry-after-too-long");
    await call(fine);
    await close(10);
    const [probe] = await Promise.all([tooLong(), call(fine)]);
    expect(probe.reason).toBe("retry-after-too-long");
    expect(began).toEqual([0, 10_100]);
  });

  test("a wait as long as maxRetryAfter holds up everyone", async () => {
    const { call, began, fine } = fleet();
    await rejection(call(() => answer(429, 121), { maxRetries: 0, maxRetryAfter: 121_000 }));
    await call(fine);
    expect(began).toEqual([121_000]);
  });

  test("both faces share it", async () => {
    const { call, close, clock, cooldown, began, fine } = fleet();
    await close(20);
    const fetch = withRetry((_url: string) => fine(), { cooldown, clock });
    await fetch("not a url");
    expect(began).toEqual([20_000]);
    await withRetry(async (_url: string) => answer(429, 5), { cooldown, clock, maxRetries: 0 })("not a url");
    await call(fine);
    expect(began[1]).toBe(20_100 + 5000);
  });

  test("withRetry goes through the gate of the request's origin, by string, URL and Request", async () => {
    const { clock, cooldown } = fleet();
    const began: string[] = [];
    const fetch = withRetry(
      async (input: string | URL | Request) => {
        const url = input instanceof Request ? input.url : String(input);
        began.push(`${url} ${clock.now()}`);
        return url.endsWith("no") ? answer(429, 20) : answer(200);
      },
      { cooldown, clock, maxRetries: 0, random: () => 0 },
    );
    await fetch("https://a.test/no");
    await fetch("https://b.test/");
    await fetch(new URL("https://a.test/url"));
    await fetch(new Request("https://a.test/request"));
    expect(began).toEqual([
      "https://a.test/no 0",
      "https://b.test/ 0",
      "https://a.test/url 20000",
      "https://a.test/request 20000",
    ]);
  });

  test("a `key` that throws rejects the call, before anything is sent, and leaves nothing behind", async () => {
    const clock = virtualClock();
    const cooldown = createCooldown({
      clock,
      key: () => {
        throw enough;
      },
    });
    const request = vi.fn(() => answer(200));
    expect(await rejection(requestWithRetry(request, { cooldown, clock }))).toBe(enough);
    expect(request).not.toHaveBeenCalled();
  });

  test.each<[unknown, string]>([
    [null, "null"],
    [{}, "an Object"],
    [createCooldown, "a function"],
    ["x", '"x"'],
  ])("%o is refused as a cooldown, by both faces", async (bad, shown) => {
    const cooldown = bad as Cooldown;
    const message = `Cannot retry as 'cooldown' must be made by createCooldown(): current value is ${shown}`;
    const request = vi.fn(async () => answer(200));
    expect(await rejection(requestWithRetry(request, { cooldown }))).toEqual(new TypeError(message));
    expect(request).not.toHaveBeenCalled();
    expect(() => withRetry(request, { cooldown })).toThrow(new TypeError(message));
    const onCooldown = bad as NonNullable<RetryOptions["onCooldown"]>;
    if (typeof bad !== "function") {
      const hook = `Cannot retry as 'onCooldown' must be a function: current value is ${shown}`;
      expect(await rejection(requestWithRetry(request, { onCooldown }))).toEqual(new TypeError(hook));
    }
  });
});

describe("onCooldown", () => {
  test("is told which attempt waits, how long at least, and since when; and nobody who goes through at once", async () => {
    const { call, close, clock } = fleet({}, 1_000_000);
    await close(20);
    const events: CooldownEvent[] = [];
    const onCooldown = (event: CooldownEvent): void => void events.push(event);
    const answers = [answer(429), answer(200)];
    await clock.sleep(5000);
    await Promise.all([
      call(() => answers.shift() as Response, { onCooldown, onRetry: () => {} }),
      call(() => answer(200), { onCooldown, onRetry: () => {} }),
    ]);
    await call(() => answer(200), { onCooldown });
    expect(events).toEqual([
      { attempt: 1, delay: 15_000, elapsed: 0 },
      { attempt: 1, delay: 15_000, elapsed: 0 },
      { attempt: 2, delay: 2000, elapsed: 15_000 },
    ]);
  });

  test("is told the time since the call began, when no other hook and no limit asks for it too", async () => {
    const { call, close } = fleet({}, 1_000_000);
    await close(20);
    const events: CooldownEvent[] = [];
    await call(() => answer(200), { onCooldown: (event) => void events.push(event) });
    expect(events).toEqual([{ attempt: 1, delay: 20_000, elapsed: 0 }]);
  });

  test("is told of a wait for others, while the gate is open", async () => {
    const { call, close, clock, fine } = fleet();
    await close(20);
    const probe = call(fine);
    const events: CooldownEvent[] = [];
    await clock.sleep(20_050);
    await call(fine, { onCooldown: (event) => void events.push(event) });
    expect(events).toEqual([{ attempt: 1, delay: 0, elapsed: 0 }]);
    await probe;
  });

  test("is awaited: no attempt is made before it is done", async () => {
    const { call, close, clock, began, fine } = fleet();
    await close(1);
    await call(fine, { onCooldown: () => clock.sleep(7000) });
    expect(began).toEqual([7000]);
  });
});

describe("cooldown, no waiter is lost", () => {
  interface Way {
    /** What the attempt does. */
    readonly request?: (attempt: Attempt, clock: VirtualClock) => Response | Promise<Response>;
    readonly options?: (clock: VirtualClock) => RetryOptions;
    /** Aborted so long after it began to wait; the gate opens after 10 s. */
    readonly abortAfter?: number;
    /** What the call comes to. */
    readonly ends: unknown;
    /** How much later than without it the others may be answered; nothing by default. */
    readonly costs?: number;
  }
  const error = (name: string, message: unknown = expect.any(String)) =>
    expect.objectContaining({ name, message });
  const http = (reason: string) => expect.objectContaining({ name: "HttpError", reason });
  const bug = new TypeError("x is not a function");
  const thrown = async (): Promise<never> => {
    throw bug;
  };
  const throwing = (): never => {
    throw bug;
  };
  const slow = async (_attempt: Attempt, clock: VirtualClock): Promise<Response> => {
    await clock.sleep(50);
    return answer(200);
  };
  const give =
    (status: number, retryAfter?: number): NonNullable<Way["request"]> =>
    () =>
      answer(status, retryAfter);

  const ways: [string, Way][] = [
    [
      "succeeds, its body never read",
      { request: () => new Response(new ReadableStream()), ends: expect.any(Response) },
    ],
    ["succeeds", { request: slow, ends: expect.any(Response), costs: 50 }],
    ["meets a failure that is not retried", { request: give(404), ends: http("not-retryable") }],
    ["throws a bug", { request: throwing, ends: bug }],
    ["rejects with a bug", { request: thrown, ends: bug }],
    ["gives no response", { request: () => undefined as unknown as Response, ends: error("TypeError") }],
    [
      "is aborted by its own request",
      {
        request: () => Promise.reject(new DOMException("own", "AbortError")),
        ends: error("AbortError", "own"),
      },
    ],
    ["is aborted on its way", { request: hang, abortAfter: 10_050, ends: enough, costs: 100 }],
    ["is aborted while it waits", { request: slow, abortAfter: 5000, ends: enough }],
    ["is aborted just before its turn", { request: slow, abortAfter: 9999, ends: enough }],
    ["is aborted at its turn", { request: slow, abortAfter: 10_000, ends: expect.anything(), costs: 100 }],
    [
      "has a classify that throws",
      { request: slow, options: () => ({ classify: throwing }), ends: bug, costs: 50 },
    ],
    [
      "has a classify that hangs, and is aborted",
      {
        request: give(200),
        options: () => ({ classify: hang }),
        abortAfter: 10_300,
        ends: enough,
        costs: 400,
      },
    ],
    [
      "is told to wait too long",
      { request: give(429, 121), options: () => ({ maxRetries: 9 }), ends: http("retry-after-too-long") },
    ],
    [
      "ends by its total timeout on its way",
      { request: hang, options: () => ({ totalTimeout: 10_500 }), ends: error("TimeoutError"), costs: 600 },
    ],
    [
      "ends by its total timeout on its way, and its onGiveUp takes for ever",
      {
        request: hang,
        options: () => ({ totalTimeout: 10_500, onGiveUp: hang }),
        abortAfter: 100_000,
        ends: enough,
        costs: 600,
      },
    ],
    [
      "has no time to wait for its turn",
      { request: slow, options: () => ({ totalTimeout: 9000 }), ends: error("TimeoutError") },
    ],
    [
      "has no time to wait for its turn, and its onGiveUp takes for ever",
      {
        request: slow,
        options: () => ({ totalTimeout: 9000, onGiveUp: hang }),
        abortAfter: 100_000,
        ends: enough,
      },
    ],
    [
      "has an onCooldown that throws",
      { request: slow, options: () => ({ onCooldown: throwing }), ends: bug },
    ],
    ["has an onCooldown that rejects", { request: slow, options: () => ({ onCooldown: thrown }), ends: bug }],
    [
      "has an onCooldown that hangs, and is aborted before its turn",
      { request: slow, options: () => ({ onCooldown: hang }), abortAfter: 6000, ends: enough },
    ],
    [
      "has an onCooldown that hangs, and is aborted after its turn",
      { request: slow, options: () => ({ onCooldown: hang }), abortAfter: 12_000, ends: enough, costs: 2100 },
    ],
    [
      "has an onCooldown that takes longer than its turn",
      {
        request: slow,
        options: (clock) => ({ onCooldown: () => clock.sleep(12_000) }),
        ends: expect.any(Response),
        costs: 2200,
      },
    ],
    [
      "takes longer than its attempt timeout: the gate closes for the next step",
      {
        request: hang,
        options: () => ({ attemptTimeout: 500, maxRetries: 0 }),
        ends: error("TimeoutError"),
        costs: 500 + 2000,
      },
    ],
    [
      "is turned away for good: the gate closes for the next step",
      {
        request: give(503),
        options: () => ({ maxRetries: 0 }),
        ends: http("retries-exhausted"),
        costs: 2000,
      },
    ],
    [
      "is turned away, and may not try again: the gate closes for as long as was said",
      {
        request: give(429, 7),
        options: () => ({ budget: createRetryBudget({ capacity: 0 }) }),
        ends: http("budget-exhausted"),
        costs: 7000,
      },
    ],
    [
      "is turned away, and its onRetry throws",
      { request: give(503), options: () => ({ onRetry: throwing }), ends: bug, costs: 2000 },
    ],
    [
      "is turned away, and its onRetry hangs until it is aborted",
      {
        request: give(503),
        options: () => ({ onRetry: hang }),
        abortAfter: 50_000,
        ends: enough,
        costs: 2000,
      },
    ],
    [
      "is turned away, and its onGiveUp hangs until it is aborted",
      {
        request: give(503),
        options: () => ({ maxRetries: 0, onGiveUp: hang }),
        abortAfter: 50_000,
        ends: enough,
        costs: 2000,
      },
    ],
    [
      "hangs for ever: the others wait for 30 s",
      { request: hang, abortAfter: 200_000, ends: enough, costs: PATIENCE },
    ],
    [
      "hangs for ever in onCooldown: the others wait for 30 s",
      {
        request: slow,
        options: () => ({ onCooldown: hang }),
        abortAfter: 200_000,
        ends: enough,
        costs: PATIENCE,
      },
    ],
  ];

  /** Ten others, behind the one in question; when the last of them was answered, and what that one came to. */
  async function behind(way: Way, as: "first" | "retry" | "second"): Promise<{ at: number; ends: unknown }> {
    const { call, close, clock, fine } = fleet({ u: as === "second" ? 0.5 : 0, backoff: { jitter: "none" } });
    const controller = new AbortController();
    let refusals = as === "retry" ? 1 : 0;
    const request = (attempt: Attempt): Response | Promise<Response> =>
      refusals-- > 0 ? answer(429, 10) : (way.request ?? slow)(attempt, clock);
    if (as !== "retry") await close(10);
    const before = as === "second" ? call(fine) : undefined;
    const { onCooldown, ...options } = way.options?.(clock) ?? {};
    const settled = call(request, {
      signal: controller.signal,
      ...options,
      ...(options.maxRetries === 0 && as === "retry" && { maxRetries: 1 }),
      onCooldown: onCooldown && ((event) => (event.delay > 0 ? onCooldown(event) : undefined)),
      // The first failure of a retry is only there to bring it to the gate.
      ...(options.onRetry && { onRetry: (event) => (refusals < 0 ? options.onRetry?.(event) : undefined) }),
    }).catch((error) => error);
    if (way.abortAfter !== undefined) abortAfter(way.abortAfter, clock, controller);
    await turn();
    let at = 0;
    await Promise.all(
      Array.from({ length: 10 }, () => call(fine).then(() => (at = Math.max(at, clock.now())))),
    );
    const ends = await settled;
    await before;
    await turn();
    expect(listeners(controller), "listeners left").toBe(0);
    while (clock.sleepers > 0 && clock.now() < 300_000) await clock.sleep(1);
    expect(clock.sleepers, "sleeps left").toBe(0);
    return { at, ends };
  }

  // Ten at 100 ms each, 1, 2, 4 and the last 3 of them together.
  const USUAL = 10_400;

  test.each(ways)("behind a first attempt that %s", async (_what, way) => {
    const { at, ends } = await behind(way, "first");
    expect(ends).toEqual(way.ends);
    expect(at).toBeLessThanOrEqual(USUAL + (way.costs ?? 0));
  });

  test.each(ways.filter(([what]) => !/no time to wait/.test(what)))(
    "behind a retry that %s",
    async (_what, way) => {
      const { at, ends } = await behind(way, "retry");
      expect(ends).toEqual(way.ends);
      expect(at).toBeLessThanOrEqual(USUAL + (way.costs ?? 0));
    },
  );

  test.each(ways)("behind one that goes second, with others, and %s", async (_what, way) => {
    const { at } = await behind(way, "second");
    expect(at).toBeLessThanOrEqual(USUAL + 500 + 2 * (way.costs ?? 0));
  });

  test.each(["first attempt", "retry"] as const)(
    "an abort while a %s holds back lets another one through",
    async (as) => {
      const { call, close, clock, began, fine } = fleet({ u: 0.9, backoff: { jitter: "none" } });
      const controller = new AbortController();
      let fail: (response: Response) => void = () => {};
      const answers = as === "retry" ? [new Promise<Response>((resolve) => (fail = resolve))] : [];
      const request = vi.fn(() => answers.shift() ?? answer(200));
      const enter = (): Promise<unknown> => rejection(call(request, { signal: controller.signal }));
      const early = as === "retry" ? enter() : undefined;
      await turn();
      await close(10);
      const ahead = [call(fine), call(fine)];
      fail(answer(429));
      const late = early ?? enter();
      // The probe takes 100 ms, so it holds back from 10,100 to 10,190.
      abortAfter(10_150, clock, controller);
      await clock.sleep(1);
      const behind = [call(fine), call(fine)];
      expect(await late).toBe(enough);
      expect(clock.now()).toBe(10_150);
      expect(request).toHaveBeenCalledTimes(as === "retry" ? 1 : 0);
      await Promise.all([...ahead, ...behind]);
      expect(Math.max(...began)).toBeLessThan(11_000);
      expect([clock.sleepers, listeners(controller)]).toEqual([0, 0]);
    },
  );

  test("no attempt is made after an abort: not even when the turn comes with the answer that is the reason for it", async () => {
    const { call, close } = fleet();
    await close(10);
    const controller = new AbortController();
    const late = vi.fn(() => answer(200));
    const won = call(() => answer(200)).then((response) => {
      // The first answer is enough.
      controller.abort(enough);
      return response;
    });
    const others = [1, 2, 3].map(() => rejection(call(late, { signal: controller.signal })));
    expect((await won).status).toBe(200);
    expect(await Promise.all(others)).toEqual([enough, enough, enough]);
    expect(late).not.toHaveBeenCalled();
  });

  test("an abort of all that wait, on one signal, leaves no timer, no listener and no place taken", async () => {
    const { call, close, clock, began, fine } = fleet();
    await close(10);
    const controller = abortAfter(4000, clock);
    const all = Array.from({ length: 100 }, (_, i) =>
      rejection(call(fine, { signal: controller.signal, totalTimeout: i % 2 ? 20_000 : undefined })),
    );
    await turn();
    expect(listeners(controller)).toBe(1);
    expect(new Set(await Promise.all(all))).toEqual(new Set([enough]));
    expect([listeners(controller), clock.sleepers]).toEqual([0, 0]);
    await clock.sleep(6000);
    await Promise.all([call(fine), call(fine)]);
    expect(began).toEqual([10_000, 10_100]);
  });

  test("with the machine's clock: no timer is left when all is over", async () => {
    // The clocks of the tests before may still have something to do.
    for (let i = 0; i < 3; i++) await turn();
    vi.useFakeTimers();
    const cooldown = createCooldown();
    const controller = new AbortController();
    const refused = rejection(requestWithRetry(() => answer(429, 3), { cooldown, maxRetries: 0 }));
    await vi.advanceTimersByTimeAsync(0);
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    const options = { cooldown, signal: controller.signal };
    const aborted = [1, 2, 3].map(() => rejection(requestWithRetry(() => answer(200), options)));
    const timedOut = rejection(requestWithRetry(() => answer(200), { cooldown, totalTimeout: 100 }));
    await vi.advanceTimersByTimeAsync(1000);
    controller.abort(enough);
    expect(await Promise.all(aborted)).toEqual([enough, enough, enough]);
    expect((await timedOut).name).toBe("TimeoutError");
    expect(vi.getTimerCount()).toBe(0);
    const answered = [1, 2, 3, 4].map(() => requestWithRetry(() => answer(200), { cooldown }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await Promise.all(answered)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("cooldown and totalTimeout", () => {
  const timeout = (ms: number) => ({ name: "TimeoutError", message: `The call took longer than ${ms} ms` });

  test.each([10_000, 9999, 1])(
    "a wait of 10 s does not fit into %i ms: a TimeoutError at once, and nothing is sent",
    async (totalTimeout) => {
      for (const face of ["requestWithRetry", "withRetry"]) {
        const { call, close, clock, cooldown } = fleet();
        await close(10);
        const request = vi.fn(() => answer(200));
        const onCooldown = vi.fn();
        const fetch = withRetry(async (_url: string) => request(), {
          cooldown,
          clock,
          totalTimeout,
          onCooldown,
        });
        const error = await rejection(
          face === "withRetry" ? fetch("") : call(request, { totalTimeout, onCooldown }),
        );
        expect(error).toMatchObject({
          name: "TimeoutError",
          message: `The cooldown is closed for 10000 ms, longer than is left of the call's ${totalTimeout} ms`,
        });
        expect(error.cause).toBeUndefined();
        expect(request).not.toHaveBeenCalled();
        expect(onCooldown).not.toHaveBeenCalled();
        expect([clock.now(), clock.sleepers]).toEqual([0, 0]);
      }
    },
  );

  test("a wait that just fits is made", async () => {
    const { call, close, clock } = fleet();
    await close(10);
    expect((await call(() => answer(200), { totalTimeout: 10_001 })).status).toBe(200);
    expect(clock.now()).toBe(10_000);
  });

  test("onGiveUp hears that no attempt was made", async () => {
    const { call, close } = fleet();
    await close(10);
    const events: GiveUpEvent[] = [];
    await rejection(
      call(() => answer(200), { totalTimeout: 1, onGiveUp: (event) => void events.push(event) }),
    );
    expect(events).toMatchObject([
      { attempts: 0, reason: "total-timeout", because: "TimeoutError", elapsed: 0 },
    ]);
  });

  test("a failure in hand is handed over at once when its wait at the gate does not fit", async () => {
    const { call, clock } = fleet();
    const error = await rejection(call(() => answer(429, 10), { totalTimeout: 10_000 }));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 429, reason: "total-timeout", attempts: 1, retryAfter: 10_000 });
    expect([clock.now(), clock.sleepers]).toEqual([0, 0]);
  });

  test("a failure in hand whose own wait would fit is handed over when the gate's does not", async () => {
    const { call, close, clock } = fleet();
    let answered: (response: Response) => void = () => {};
    const late = rejection(
      call(() => new Promise((resolve) => (answered = resolve)), { totalTimeout: 5000 }),
    );
    await turn();
    await close(10);
    answered(answer(503));
    expect(await late).toMatchObject({ status: 503, reason: "total-timeout", attempts: 1 });
    expect(clock.now()).toBe(0);
  });

  test("the time runs out in line: a TimeoutError, whose cause is the failure before, with its attempts", async () => {
    const { call, close, clock } = fleet();
    await close(10);
    const controller = new AbortController();
    const probe = rejection(call(hang, { signal: controller.signal }));
    const signals = [new AbortController(), new AbortController()];
    const first = call(() => answer(200), { totalTimeout: 12_000, signal: signals[0]?.signal });
    const error = await rejection(first);
    expect(error).toMatchObject(timeout(12_000));
    expect(error.cause).toBeUndefined();
    expect(clock.now()).toBe(12_000);
    expect(listeners(signals[0] as AbortController)).toBe(0);
    controller.abort(enough);
    await probe;

    const other = fleet();
    const answers = [answer(503), answer(200)];
    await other.close(10);
    const budget = createRetryBudget();
    const waits = other.call(() => answers.shift() as Response, {
      totalTimeout: 25_000,
      signal: signals[1]?.signal,
      budget,
    });
    const ahead = new AbortController();
    const hanging = rejection(other.call(hang, { signal: ahead.signal }));
    const late = await rejection(waits);
    expect(late).toMatchObject(timeout(25_000));
    expect(late.cause).toBeInstanceOf(HttpError);
    expect(late.cause).toMatchObject({ status: 503, reason: "total-timeout", attempts: 1 });
    expect(other.clock.now()).toBe(25_000);
    expect(budget.remaining, "nothing is spent for a retry that does not happen").toBe(500);
    expect(listeners(signals[1] as AbortController)).toBe(0);
    ahead.abort(enough);
    await hanging;
  });

  test("one whose time runs out in line is not waited for when its turn would have come", async () => {
    const { call, close, clock, began, fine } = fleet();
    await close(10);
    const { signal } = abortAfter(15_000, clock);
    const hanging = rejection(call(hang, { signal }));
    const late = rejection(call(fine, { totalTimeout: 12_000 }));
    const others = [call(fine), call(fine)];
    expect(await late).toMatchObject(timeout(12_000));
    await Promise.all([hanging, ...others]);
    expect(began).toEqual([15_000, 15_100]);
    expect(clock.sleepers).toBe(0);
  });

  test("an abort at the gate gives the budget back what a retry would have cost", async () => {
    const { call, clock } = fleet();
    const budget = createRetryBudget();
    const controller = abortAfter(5000, clock);
    expect(await rejection(call(() => answer(429, 10), { budget, signal: controller.signal }))).toBe(enough);
    expect(budget.remaining).toBe(500);
  });

  test("no attempt is begun with no time left", async () => {
    const { call, close, clock, fine } = fleet({ u: 0.9, backoff: { jitter: "none" } });
    await close(10);
    const slow = async (): Promise<Response> => {
      await clock.sleep(1000);
      return answer(200);
    };
    const probe = call(slow);
    const second = call(fine);
    const began: number[] = [];
    const held = await call(
      async () => {
        began.push(clock.now());
        return answer(200);
      },
      { totalTimeout: 11_500 },
    ).catch((error) => error.name);
    await Promise.all([probe, second]);
    expect(began.every((at) => at < 11_500)).toBe(true);
    expect(held === "TimeoutError" ? began : held.status).toEqual(held === "TimeoutError" ? [] : 200);
  });

  test("no attempt is begun where the gate opens later than it was to, and the time is up", async () => {
    const { now, sleep } = virtualClock();
    const clock: Clock = { now, sleep: (ms, signal) => sleep(10 * ms, signal) };
    const cooldown = createCooldown({ clock, random: () => 0 });
    await rejection(requestWithRetry(() => answer(429, 10), { cooldown, clock, maxRetries: 0 }));
    const request = vi.fn(() => answer(200));
    const call = requestWithRetry(request, { cooldown, clock, totalTimeout: 15_000 });
    expect(await rejection(call)).toMatchObject(timeout(15_000));
    expect(request).not.toHaveBeenCalled();
  });

  test("the time that a slow onCooldown takes counts", async () => {
    const { call, close, clock } = fleet();
    await close(10);
    const request = vi.fn(() => answer(200));
    const options: RetryOptions = { totalTimeout: 11_000, onCooldown: () => clock.sleep(12_000) };
    expect(await rejection(call(request, options))).toMatchObject(timeout(11_000));
    expect(request).not.toHaveBeenCalled();
  });
});

describe("cooldown, when it closes on those who are through already", () => {
  test("one that holds back waits with the others, and goes before them", async () => {
    const { call, close, clock, began, fine } = fleet({ u: 0.9, backoff: { jitter: "none" } });
    await close(10);
    const takes = (ms: number, status: number, retryAfter?: number) => async (): Promise<Response> => {
      await clock.sleep(ms);
      return answer(status, retryAfter);
    };
    const probe = call(takes(1000, 200));
    // It goes at 11 s, and is turned away 100 ms later; the next one holds back for 900 ms.
    const refused = rejection(call(takes(100, 429, 20), { maxRetries: 0 }));
    const held = call(fine);
    const last = call(fine);
    await Promise.all([probe, refused, held, last]);
    expect(began).toEqual([31_100, 31_200]);
  });

  test("one whose onCooldown takes longer than its turn does not go into a gate that has closed again", async () => {
    const { call, close, clock, cooldown, began, fine } = fleet();
    const request = { url: "", method: "" };
    const gate = cooldown.gate(request);
    let late: (response: Response) => void = () => {};
    const old = rejection(call(() => new Promise((resolve) => (late = resolve)), { maxRetries: 0 }));
    await turn();
    await close(10);
    const slow = call(fine, { onCooldown: () => clock.sleep(12_000) });
    await clock.sleep(11_000);
    late(answer(429, 20));
    await Promise.all([old, slow]);
    expect(began).toEqual([31_000]);
    expect(cooldown.gate(request), "the pass that it did not use is given back").not.toBe(gate);
  });
});

describe("cooldown, memory", () => {
  test("a call that is told to wait too long leaves no gate behind", async () => {
    const clock = virtualClock();
    const names: string[] = [];
    const cooldown = createCooldown({
      clock,
      key: ({ url }) => {
        names.push(url);
        return Buffer.alloc(100 * 1024, `${url} `).toString("latin1");
      },
    });
    const fetch = withRetry(async (_url: string) => answer(429, 1000), { cooldown, clock });
    const heap = (): number => {
      (globalThis.gc as () => void)();
      return process.memoryUsage().heapUsed / 1024 / 1024;
    };
    await fetch("https://warm.test/");
    const before = heap();
    for (let i = 0; i < 300; i++) await fetch(`https://${i}.test/`);
    expect(heap() - before).toBeLessThan(10);
    expect(new Set(names).size).toBe(301);
    expect(cooldown).toBeDefined();
  });
});

describe("cooldown, a fleet that does as it likes", () => {
  interface Step {
    readonly gives: 200 | 404 | 429 | 503 | "ECONNRESET" | "bug" | "hang";
    readonly takes: number;
    readonly retryAfter: number | undefined;
  }
  interface Plan {
    readonly start: number;
    readonly host: "a" | "b";
    readonly steps: readonly Step[];
    readonly maxRetries: number;
    readonly attemptTimeout: number | undefined;
    readonly totalTimeout: number | undefined;
    readonly abortAt: number | undefined;
    readonly onCooldown: "none" | "slow" | "throws";
    readonly onRetry: "none" | "slow" | "throws";
  }
  const optional = (ms: fc.Arbitrary<number>) => fc.option(ms, { nil: undefined, freq: 1 });
  const step: fc.Arbitrary<Step> = fc.record({
    gives: fc.constantFrom<Step["gives"]>(
      200,
      200,
      200,
      404,
      429,
      429,
      503,
      503,
      "ECONNRESET",
      "bug",
      "hang",
    ),
    takes: fc.integer({ min: 0, max: 3000 }),
    retryAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  });
  const hook = fc.constantFrom<Plan["onRetry"]>("none", "none", "none", "none", "slow", "throws");
  const plan: fc.Arbitrary<Plan> = fc.record({
    start: fc.integer({ min: 0, max: 20_000 }),
    host: fc.constantFrom("a", "a", "a", "b"),
    steps: fc.array(step, { minLength: 1, maxLength: 5 }),
    maxRetries: fc.integer({ min: 0, max: 5 }),
    attemptTimeout: optional(fc.integer({ min: 1, max: 4000 })),
    totalTimeout: optional(fc.integer({ min: 1, max: 90_000 })),
    abortAt: optional(fc.integer({ min: 0, max: 60_000 })),
    onCooldown: hook,
    onRetry: hook,
  });
  const plans = fc.record({
    plans: fc.array(plan, { minLength: 1, maxLength: 20 }),
    u: fc.double({ min: 0, max: 0.999, noNaN: true }),
    failures: fc.integer({ min: 1, max: 5 }),
  });

  interface Trace {
    /** Attempts that began before a moment that the server had named to anybody of the same host. */
    readonly early: string[];
    readonly afterAbort: number;
    readonly attempts: readonly number[];
    readonly listeners: number;
    readonly sleepers: number;
    readonly took: number;
  }

  async function run({ plans, u, failures }: { plans: Plan[]; u: number; failures: number }): Promise<Trace> {
    const clock = virtualClock();
    const random = (): number => u;
    const cooldown = createCooldown({ clock, random, failures });
    const named = { a: { at: 0, until: 0 }, b: { at: 0, until: 0 } };
    const early: string[] = [];
    let afterAbort = 0;
    let listening = 0;
    const late: Promise<unknown>[] = [];
    const call = async (plan: Plan): Promise<number> => {
      const { start, host, steps, abortAt, onCooldown, onRetry, ...rest } = plan;
      await clock.sleep(start);
      const controller = abortAfter(abortAt ?? 400_000, clock);
      let attempts = 0;
      const attempt = async (signal: AbortSignal): Promise<Response> => {
        const began = clock.now();
        if (controller.signal.aborted) afterAbort++;
        const { at, until } = named[host];
        if (at + 0.001 < began && began + 0.001 < until)
          early.push(`${host} at ${began}, told at ${at} to wait until ${until}`);
        const { gives, takes, retryAfter = 0 } = steps[Math.min(attempts++, steps.length - 1)] as Step;
        if (gives === "hang") return new Promise(() => {});
        const pause = clock.sleep(takes);
        late.push(pause);
        await pause;
        if (gives === "bug") throw new TypeError("x is not a function");
        if (gives === "ECONNRESET") throw Object.assign(new Error("reset"), { code: gives });
        // What comes after its attempt was given up is heard by nobody.
        const moment = clock.now() + retryAfter * 1000;
        if (!signal.aborted && (gives === 429 || gives === 503) && moment > named[host].until) {
          named[host] = { at: clock.now(), until: moment };
        }
        return answer(gives, retryAfter);
      };
      const act = (hook: Plan["onRetry"]): Promise<void> | undefined => {
        if (hook === "throws") throw enough;
        return hook === "slow" ? clock.sleep(1500) : undefined;
      };
      const options: FetchRetryOptions = {
        ...rest,
        cooldown,
        clock,
        random,
        onCooldown: () => act(onCooldown),
        onRetry: () => act(onRetry),
      };
      const fetch = withRetry(
        (_url: string, init?: RequestInit) => attempt(init?.signal as AbortSignal),
        options,
      );
      await fetch(`https://${host}.test/`, { signal: controller.signal }).catch(() => {});
      await turn();
      listening += controller.signal.aborted ? 0 : listeners(controller);
      expect(attempts).toBeLessThanOrEqual(rest.maxRetries + 1);
      return attempts;
    };
    const attempts = await Promise.all(plans.map(call));
    const took = clock.now();
    await Promise.allSettled(late);
    await clock.sleep(500_000);
    return { early, afterAbort, attempts, listeners: listening, sleepers: clock.sleepers, took };
  }

  const runs = { numRuns: 150 };
  test.prop([plans], runs)("every call ends, and leaves no timer and no listener", async (given) => {
    const { listeners, sleepers } = await run(given);
    expect([listeners, sleepers]).toEqual([0, 0]);
  });

  test.prop([plans], runs)("no attempt is made after an abort", async (given) => {
    expect((await run(given)).afterAbort).toBe(0);
  });

  test.prop([plans], runs)(
    "nobody goes before the moment that the server has named to any of them",
    async (given) => {
      expect((await run(given)).early).toEqual([]);
    },
  );
});

describe("cooldown, noise", () => {
  /** mulberry32 */
  function seeded(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** The mean time to an answer when a tenth of the answers is a 503 without a wait. */
  async function meanTime(seed: number, gap: number, withCooldown: boolean): Promise<number> {
    const clock = virtualClock();
    const random = seeded(seed);
    const fails = seeded(seed + 1);
    const cooldown = withCooldown ? createCooldown({ clock, random }) : undefined;
    const request = async (): Promise<Response> => {
      await clock.sleep(100);
      return answer(fails() < 0.1 ? 503 : 200);
    };
    const times: number[] = [];
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 1500; i++) {
      const began = clock.now();
      const call = requestWithRetry(request, { clock, random, ...(cooldown && { cooldown }) });
      calls.push(call.then(() => times.push(clock.now() - began)));
      await clock.sleep(random() * 2 * gap);
    }
    await Promise.all(calls);
    return times.reduce((sum, ms) => sum + ms, 0) / times.length;
  }

  test.each([
    [1, 10],
    [2, 10],
    [3, 1],
    [4, 200],
  ])("(seed %i, a call every %i ms) costs less than a quarter more time", async (seed, gap) => {
    const without = await meanTime(seed, gap, false);
    const withIt = await meanTime(seed, gap, true);
    expect(without).toBeGreaterThan(200);
    expect(withIt / without).toBeLessThan(1.25);
  });
});

describe("cooldown, 10,000 calls", () => {
  test("are all answered in order, with work in proportion to their number", async () => {
    const { call, close, clock } = fleet();
    await close(10);
    const order: number[] = [];
    const events = vi.fn();
    const all = Array.from({ length: 10_000 }, (_, i) =>
      call(
        () => {
          order.push(i);
          return answer(200);
        },
        { onCooldown: events },
      ),
    );
    await Promise.all(all);
    expect(order).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(events).toHaveBeenCalledTimes(10_000);
    expect(clock.slept.length).toBeLessThan(20_000);
    expect(clock.sleepers).toBe(0);
  });
});
