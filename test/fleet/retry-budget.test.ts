import { fc, test } from "@fast-check/vitest";
import {
  createRetryBudget,
  type FetchLike,
  type GiveUpEvent,
  HttpError,
  type RequestSummary,
  type RetryBudget,
  type RetryBudgetOptions,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { describe, expect, vi } from "vitest";
import { type VirtualClock, virtualClock } from "../virtual-clock.ts";

const URL_OF_TEST = "https://api.test/v1?q=1";
const OPTIONS = ["capacity", "retryCost", "throttlingCost", "successRefill"] as const;

const reset = (): Error => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** A request that gives these outcomes in turn, the last one for ever; a number stands for a response. */
function scripted(...script: (number | Error | Response)[]): () => Promise<Response> {
  let calls = 0;
  return async () => {
    const step = script[Math.min(calls++, script.length - 1)] as number | Error | Response;
    if (step instanceof Error) throw step;
    return typeof step === "number" ? new Response(null, { status: step }) : step.clone();
  };
}

/** The defaults on a clock that jumps, without chance. */
function quick(options: RetryOptions = {}): RetryOptions & { readonly clock: VirtualClock } {
  return { random: () => 0, ...options, clock: virtualClock() };
}

async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.unreachable("it should have rejected"),
    (error) => error,
  );
}

/** A budget with room to give and to take, so that nothing is cut at either end. */
function half(): RetryBudget {
  const budget = createRetryBudget();
  for (let i = 0; i < 18; i++) budget.take(false);
  return budget;
}

test("a failure that is not retried has nothing to do with a budget", async () => {
  const budget = half();
  const before = budget.remaining;
  const error = await rejection(requestWithRetry(scripted(404), quick({ budget })));
  expect([error.reason, budget.remaining]).toEqual(["not-retryable", before]);
});

describe("createRetryBudget()", () => {
  test("holds 500; a retry takes 14, after throttling 5; a success puts back 1", () => {
    const budget = createRetryBudget();
    expect(budget.remaining).toBe(500);
    expect(budget.take(false)).toBe(14);
    expect(budget.remaining).toBe(486);
    expect(budget.take(true)).toBe(5);
    expect(budget.remaining).toBe(481);
    budget.give();
    expect(budget.remaining).toBe(482);
    budget.give(14);
    expect(budget.remaining).toBe(496);
  });

  test("takes undefined for the default, each option for itself", () => {
    for (const option of OPTIONS) {
      const budget = createRetryBudget({ [option]: undefined });
      expect([budget.remaining, budget.take(false), budget.take(true), budget.remaining]).toEqual([
        500, 14, 5, 481,
      ]);
    }
  });

  test("takes each cost from its own option", () => {
    const budget = createRetryBudget({ capacity: 100, retryCost: 20, throttlingCost: 3, successRefill: 7 });
    expect([budget.remaining, budget.take(false), budget.take(true)]).toEqual([100, 20, 3]);
    budget.give();
    expect(budget.remaining).toBe(84);
  });

  test.each([
    [13, false, undefined, 13],
    [14, false, 14, 0],
    [15, false, 14, 1],
    [4, true, undefined, 4],
    [5, true, 5, 0],
    [0, true, undefined, 0],
    [0.5, true, undefined, 0.5],
  ])("take() with %d left, throttling: %s, gives %s and leaves %d", (capacity, throttling, taken, left) => {
    const budget = createRetryBudget({ capacity });
    expect(budget.take(throttling)).toBe(taken);
    expect(budget.remaining).toBe(left);
  });

  test("give() never goes above the capacity", () => {
    const budget = createRetryBudget({ capacity: 20, successRefill: 15 });
    budget.give();
    budget.give(1e9);
    expect(budget.remaining).toBe(20);
    budget.take(false);
    budget.give();
    expect(budget.remaining).toBe(20);
  });

  test("give(0) puts nothing back", () => {
    const budget = createRetryBudget();
    budget.take(false);
    budget.give(0);
    expect(budget.remaining).toBe(486);
  });

  test("a cost of 0 is always paid, an empty bucket included", () => {
    const budget = createRetryBudget({ capacity: 0, retryCost: 0, throttlingCost: 0, successRefill: 0 });
    expect([budget.take(false), budget.take(true)]).toEqual([0, 0]);
    budget.give();
    expect(budget.remaining).toBe(0);
  });

  test("remaining can be read only", () => {
    const budget = createRetryBudget();
    expect(() => Object.assign(budget, { remaining: 1e9 })).toThrow(TypeError);
    expect(budget.remaining).toBe(500);
  });

  const RULE = "a finite number, 0 or more";
  test.each<[unknown, new () => Error, shown: string]>([
    [-1, RangeError, "-1"],
    [-0.001, RangeError, "-0.001"],
    [Number.NaN, RangeError, "NaN"],
    [Number.POSITIVE_INFINITY, RangeError, "Infinity"],
    ["500", TypeError, '"500"'],
    [null, TypeError, "null"],
    [5n, TypeError, "a bigint"],
    [{}, TypeError, "an Object"],
  ])("refuses %s for each of its options, by name", (value, kind, shown) => {
    for (const option of OPTIONS) {
      const create = () => createRetryBudget({ [option]: value });
      expect(create).toThrow(kind);
      expect(create).toThrow(`Cannot retry as '${option}' must be ${RULE}: current value is ${shown}`);
    }
  });

  test.each([
    [null, "null"],
    [500, "500"],
    ["500", '"500"'],
    [() => {}, "a function"],
  ])("refuses %s instead of options", (options, shown) => {
    const create = () => createRetryBudget(options as RetryBudgetOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(`Cannot retry as 'options' must be an object: current value is ${shown}`);
  });

  const tokens = fc.double({ min: 0, max: 1e6, noNaN: true });
  const move = fc.oneof(
    fc.record({ take: fc.boolean() }),
    fc.record({ give: fc.option(tokens, { nil: undefined }) }),
  );
  test.prop([
    fc.record({ capacity: tokens, retryCost: tokens, throttlingCost: tokens, successRefill: tokens }),
    fc.array(move, { maxLength: 50 }),
  ])("remaining is from 0 to the capacity, and take() takes all of the cost or nothing", (options, moves) => {
    const budget = createRetryBudget(options);
    for (const move of moves) {
      const before = budget.remaining;
      if ("take" in move) {
        const cost = move.take ? options.throttlingCost : options.retryCost;
        expect(budget.take(move.take)).toBe(cost <= before ? cost : undefined);
        expect(budget.remaining).toBe(cost <= before ? before - cost : before);
      } else {
        budget.give(move.give);
        const given = move.give ?? options.successRefill;
        expect(budget.remaining).toBe(Math.min(options.capacity, before + given));
      }
      expect(budget.remaining).toBeGreaterThanOrEqual(0);
      expect(budget.remaining).toBeLessThanOrEqual(options.capacity);
    }
  });
});

describe("budget, what a call pays from it", () => {
  const slow = (): Response => Response.json({ error: { code: "slow_down" } }, { status: 503 });
  const broke = (): Response => Response.json({ error: { code: "insufficient_quota" } }, { status: 429 });

  test.each<[why: string, script: (number | Error | Response)[], change: number, maxRetries?: number]>([
    ["a success at once", [200], 1],
    ["a failure that is not retried", [404], 0],
    ["a failure that no wait will help", [broke()], 0],
    ["a bug", [new TypeError("x is not a function")], 0],
    ["a retry that succeeds", [503, 200], 0],
    ["two retries, of which the last is given back", [503, 503, 200], -14],
    ["a retry after a network failure", [reset(), 200], 0],
    ["a throttled retry that succeeds", [429, 200], 0],
    ["a retry, then a throttled one", [503, 429, 200], -14],
    ["a throttled retry, then another one", [429, 503, 200], -5],
    ["a retry after a code that throttles", [slow(), slow(), 200], -5],
    ["a retry that meets a failure of another kind", [503, 404], -14],
    ["a retry that meets a bug", [503, new TypeError("x is not a function")], -14],
    ["retries that all fail", [503], -28, 2],
    ["throttled retries that all fail", [429], -10, 2],
    ["a failure without retries", [503], 0, 0],
  ])("%s: %j changes it by %i", async (_why, script, change, maxRetries = 5) => {
    for (const face of [requestWithRetry, viaFetch]) {
      const budget = half();
      const before = budget.remaining;
      await face(scripted(...script), quick({ budget, maxRetries })).catch(() => {});
      expect(budget.remaining - before, face.name).toBe(change);
    }
  });

  function viaFetch(request: () => Promise<Response>, options: RetryOptions): Promise<Response> {
    const { signal: _, ...rest } = options;
    return withRetry((_input: string) => request(), rest)(URL_OF_TEST);
  }

  test("a call that is not to be repeated takes nothing, not even for a moment", async () => {
    const budget = createRetryBudget({ capacity: 14 });
    const reasons: string[] = [];
    let calls = 0;
    const inner = async (_url: string, init?: RequestInit): Promise<Response> => {
      if (init || ++calls === 1) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return new Response("ok");
    };
    const fetch = withRetry(inner, {
      budget,
      clock: virtualClock(),
      onGiveUp: ({ reason }) => void reasons.push(reason),
    });
    await Promise.allSettled([fetch("http://x.test", { method: "POST" }), fetch("http://x.test")]);
    expect(reasons).toEqual(["method-not-repeatable"]);
    expect(budget.remaining).toBe(14);
  });

  test("a retry is paid before onRetry is called, and given back when it succeeded", async () => {
    const budget = createRetryBudget();
    const seen: number[] = [];
    const options = quick({ budget, onRetry: () => void seen.push(budget.remaining) });
    await requestWithRetry(scripted(503, 429, 200), options);
    expect([...seen, budget.remaining]).toEqual([486, 481, 486]);
  });

  test("what classify calls a failure is paid as one, what it calls none is no success", async () => {
    const budget = half();
    const before = budget.remaining;
    const answers = [true, undefined];
    await requestWithRetry(scripted(200), quick({ budget, classify: () => answers.shift() }));
    expect(budget.remaining).toBe(before);
    await requestWithRetry(scripted(503), quick({ budget, classify: () => false })).catch(() => {});
    expect(budget.remaining).toBe(before);
  });

  test("costs of 0: retries are free, and give nothing back", async () => {
    const budget = createRetryBudget({ capacity: 7, retryCost: 0, throttlingCost: 0, successRefill: 0 });
    await requestWithRetry(scripted(503, 429, 503, 200), quick({ budget }));
    expect(budget.remaining).toBe(7);
  });

  test("a free retry that succeeds gives back what it cost, not what a success is worth", async () => {
    const budget = createRetryBudget({ retryCost: 0 });
    budget.take(true);
    await requestWithRetry(scripted(503, 200), quick({ budget }));
    expect(budget.remaining).toBe(495);
  });

  test("is shared by calls, wrappers and both faces", async () => {
    const budget = createRetryBudget();
    const options = quick({ budget, maxRetries: 1 });
    await rejection(requestWithRetry(scripted(503), options));
    await viaFetch(scripted(503), options);
    await viaFetch(scripted(429), options);
    expect(budget.remaining).toBe(500 - 14 - 14 - 5);
  });
});

describe("budget, nothing is spent for a retry that does not happen", () => {
  const aborting = new Error("the caller's own");

  interface Case {
    readonly options?: RetryOptions;
    readonly script?: (number | Error | Response)[];
    /** Called once the call is under way. */
    readonly abort?: boolean;
    readonly init?: RequestInit;
    readonly ends: unknown;
  }
  const tooLong = new Response(null, { status: 429, headers: { "retry-after": "121" } });
  const boom = (): never => {
    throw aborting;
  };
  test.each<[string, Case]>([
    ["an abort in the wait", { abort: true, ends: aborting }],
    [
      "an abort in onRetry",
      { abort: true, options: { onRetry: () => new Promise(() => {}) }, ends: aborting },
    ],
    ["a throw of onRetry", { options: { onRetry: boom }, ends: aborting }],
    ["a rejection of onRetry", { options: { onRetry: () => Promise.reject(aborting) }, ends: aborting }],
    ["a throw of the backoff function", { options: { backoff: boom }, ends: aborting }],
    [
      "a bad result of the backoff function",
      { options: { backoff: () => -1 }, ends: expect.any(RangeError) },
    ],
    ["a throw of random", { options: { random: boom }, ends: aborting }],
    ["no fit into the total timeout", { options: { totalTimeout: 1000 }, ends: "total-timeout" }],
    ["a wait that is too long", { script: [tooLong], ends: "retry-after-too-long" }],
    ["no more retries", { options: { maxRetries: 0 }, ends: "retries-exhausted" }],
    [
      "a method that may not be repeated",
      { init: { method: "POST" }, script: [reset()], ends: "method-not-repeatable" },
    ],
    [
      "a body that can be sent once only",
      { init: { method: "PUT", body: new ReadableStream() }, ends: "body-not-replayable" },
    ],
  ])("%s", async (_why, { options, script = [503], abort, init, ends }) => {
    const budget = createRetryBudget();
    const controller = new AbortController();
    const clock = virtualClock();
    const seen: (readonly [string, number])[] = [];
    const fetch = withRetry((_input: string, _init?: RequestInit) => scripted(...script)(), {
      random: () => 0,
      ...options,
      budget,
      clock: {
        now: clock.now,
        sleep: (ms, signal) =>
          abort
            ? new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
            : clock.sleep(ms, signal),
      },
      onGiveUp: ({ reason }) => void seen.push([reason, budget.remaining]),
    });
    const call = fetch(URL_OF_TEST, { ...init, signal: controller.signal }).catch((error: unknown) => error);
    if (abort) {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(budget.remaining).toBe(486);
      controller.abort(aborting);
    }
    const end = await call;
    expect(budget.remaining).toBe(500);
    if (typeof ends === "string") expect(seen).toEqual([[ends, 500]]);
    else expect(end).toEqual(ends);
  });

  test("the wait that a slow onRetry has used up", async () => {
    const budget = createRetryBudget();
    const clock = virtualClock();
    const seen: number[] = [];
    const error = await rejection(
      requestWithRetry(scripted(503), {
        clock,
        budget,
        random: () => 0,
        totalTimeout: 5000,
        onRetry: () => clock.sleep(4500),
        onGiveUp: () => void seen.push(budget.remaining),
      }),
    );
    expect(error.reason).toBe("total-timeout");
    expect([...seen, budget.remaining]).toEqual([500, 500]);
  });

  test("a call that gives up for long takes nothing from the others meanwhile", async () => {
    const budget = createRetryBudget({ capacity: 14 });
    let done: () => void = () => {};
    const slow = requestWithRetry(scripted(503), {
      ...quick({ budget, totalTimeout: 1 }),
      onGiveUp: () => new Promise<void>((resolve) => (done = resolve)),
    });
    await new Promise((resolve) => setImmediate(resolve));
    const other = await requestWithRetry(scripted(503, 200), quick({ budget })).catch(
      (error) => error.reason,
    );
    done();
    await rejection(slow);
    expect(other.status ?? other).toBe(200);
  });
});

describe("budget, when it is empty", () => {
  const empty = (): RetryBudget => createRetryBudget({ capacity: 4 });

  test.each([503, 429])("a %i is handed over at once, without a wait", async (status) => {
    const events: GiveUpEvent[] = [];
    const onRetry = vi.fn();
    const options = quick({ budget: empty(), onRetry, onGiveUp: (event) => void events.push(event) });
    const error = await rejection(requestWithRetry(scripted(new Response("body", { status })), options));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status, reason: "budget-exhausted", attempts: 1 });
    expect(await error.response.text()).toBe("body");
    expect(events).toMatchObject([{ reason: "budget-exhausted", attempts: 1, because: String(status) }]);
    expect(onRetry).not.toHaveBeenCalled();
    expect(options.clock.slept).toEqual([]);
  });

  test("withRetry returns the response, the same object, unread", async () => {
    const response = new Response("body", { status: 503 });
    const clock = virtualClock();
    const fetch = withRetry(async (_url: string) => response, { budget: empty(), clock });
    expect(await fetch(URL_OF_TEST)).toBe(response);
    expect(response.bodyUsed).toBe(false);
    expect(clock.slept).toEqual([]);
  });

  test("a thrown error is handed over, the same object", async () => {
    const error = reset();
    const budget = empty();
    const options = quick({ budget });
    expect(await rejection(requestWithRetry(scripted(error), options))).toBe(error);
    const clock = virtualClock();
    const fetch = withRetry((_url: string) => Promise.reject(error), { budget, clock });
    expect(await rejection(fetch(URL_OF_TEST))).toBe(error);
    expect([...options.clock.slept, ...clock.slept]).toEqual([]);
  });

  test("in the middle of a call: the last failure is handed over after the retries that were paid", async () => {
    const options = quick({ budget: createRetryBudget({ capacity: 20 }) });
    const error = await rejection(requestWithRetry(scripted(503, 429, 502), options));
    expect(error).toMatchObject({ status: 502, reason: "budget-exhausted", attempts: 3 });
    expect(options.clock.slept).toEqual([1000, 2000]);
    expect(options.budget?.remaining).toBe(1);
  });

  test("calls that succeed are not held up, and fill it again", async () => {
    const budget = createRetryBudget({ capacity: 14 });
    budget.take(false);
    const statusOf = (request: () => Promise<Response>) =>
      requestWithRetry(request, quick({ budget })).then(
        ({ status }) => status,
        ({ reason }) => reason,
      );
    for (let i = 0; i < 13; i++) expect(await statusOf(scripted(200))).toBe(200);
    expect(await statusOf(scripted(503, 200))).toBe("budget-exhausted");
    expect(await statusOf(scripted(200))).toBe(200);
    expect(await statusOf(scripted(503, 200))).toBe(200);
  });

  test("other reasons go before it: what cannot be repeated is not a matter of money", async () => {
    const events: string[] = [];
    const fetch = withRetry((_url: string, _init?: RequestInit) => Promise.reject(reset()), {
      budget: empty(),
      onGiveUp: ({ reason }) => void events.push(reason),
    });
    await rejection(fetch(URL_OF_TEST, { method: "POST" }));
    expect(events).toEqual(["method-not-repeatable"]);
    const options = quick({ budget: empty(), maxRetries: 0 });
    expect((await rejection(requestWithRetry(scripted(503), options))).reason).toBe("retries-exhausted");
  });
});

describe("withRetry(), a budget for each request", () => {
  test.each<
    [what: string, input: string | URL | Request, init: RequestInit | undefined, expected: RequestSummary]
  >([
    ["a string", URL_OF_TEST, undefined, { url: URL_OF_TEST, method: "GET" }],
    ["a relative string", "/v1", { method: "post" }, { url: "/v1", method: "POST" }],
    ["a URL", new URL(URL_OF_TEST), { method: "DELETE" }, { url: URL_OF_TEST, method: "DELETE" }],
    [
      "a Request",
      new Request(URL_OF_TEST, { method: "PUT" }),
      undefined,
      { url: URL_OF_TEST, method: "PUT" },
    ],
    [
      "a Request whose method init replaces",
      new Request(URL_OF_TEST, { method: "PUT" }),
      { method: "PATCH" },
      { url: URL_OF_TEST, method: "PATCH" },
    ],
  ])(
    "is asked for with the url and the method of %s, once a call, before it is sent",
    async (_what, input, init, expected) => {
      const budget = half();
      const before = budget.remaining;
      const sent = vi.fn(
        async (_input: string | URL | Request, _init?: RequestInit) => new Response(null, { status: 503 }),
      );
      const ask = vi.fn((_request: RequestSummary) => {
        expect(sent).not.toHaveBeenCalled();
        return budget;
      });
      const fetch = withRetry(sent, { budget: ask, clock: virtualClock(), maxRetries: 2 });
      await fetch(input, init);
      expect(ask.mock.calls).toEqual([[expected]]);
      expect(sent).toHaveBeenCalledTimes(3);
      expect(before - budget.remaining).toBe(28);
    },
  );

  test("one host's outage does not empty the other's", async () => {
    const budgets = new Map<string, RetryBudget>();
    const budget = ({ url }: RequestSummary): RetryBudget => {
      const { host } = new URL(url);
      const own = budgets.get(host) ?? createRetryBudget({ capacity: 14 });
      budgets.set(host, own);
      return own;
    };
    const tries: string[] = [];
    const fetch = withRetry(
      async (url: string) => {
        tries.push(url);
        return new Response(null, { status: 503 });
      },
      { budget, clock: virtualClock() },
    );
    for (const url of ["https://a.test/", "https://a.test/", "https://b.test/"]) await fetch(url);
    expect(tries.join()).toBe(
      "https://a.test/,https://a.test/,https://a.test/,https://b.test/,https://b.test/",
    );
  });

  test("undefined is no budget at all", async () => {
    const sent = vi.fn(async (_url: string) => new Response(null, { status: 503 }));
    await withRetry(sent, { budget: () => undefined, clock: virtualClock() })(URL_OF_TEST);
    expect(sent).toHaveBeenCalledTimes(6);
  });

  test.each<[string, () => RetryBudget | undefined, unknown]>([
    [
      "throws",
      () => {
        throw new Error("no such host");
      },
      new Error("no such host"),
    ],
    [
      "gives no budget",
      () => ({ remaining: 5 }) as RetryBudget,
      new TypeError(
        "Cannot retry as 'budget()' must be made by createRetryBudget(): current value is an Object",
      ),
    ],
  ])("a function that %s rejects the call before anything is sent", async (_what, budget, error) => {
    const sent = vi.fn(async (_url: string) => new Response(null, { status: 503 }));
    const fetch = withRetry(sent, { budget, clock: virtualClock() });
    let call: Promise<unknown> = Promise.resolve();
    expect(() => {
      call = fetch(URL_OF_TEST);
    }).not.toThrow();
    expect(await rejection(call)).toEqual(error);
    expect(sent).not.toHaveBeenCalled();
  });

  test.each<[unknown, string]>([
    [null, "null"],
    [500, "500"],
    [{}, "an Object"],
    [{ take() {} }, "an Object"],
    [{ give() {} }, "an Object"],
    ["x", '"x"'],
  ])("the budget %j is refused by both faces", async (bad, shown) => {
    const budget = bad as RetryBudget;
    const message = `Cannot retry as 'budget' must be made by createRetryBudget(): current value is ${shown}`;
    const request = vi.fn(scripted(200));
    const error = await rejection(requestWithRetry(request, { budget }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(message);
    expect(request).not.toHaveBeenCalled();
    expect(() => withRetry(request as FetchLike, { budget })).toThrow(new TypeError(message));
  });

  test("requestWithRetry takes no function, for it knows no request", async () => {
    const budget = (() => createRetryBudget()) as unknown as RetryBudget;
    const error = await rejection(requestWithRetry(scripted(200), { budget }));
    expect(error.message).toMatch(/^Cannot retry as 'budget' must be made by createRetryBudget\(\)/);
  });
});

describe("budget, shared by calls that interleave as they like", () => {
  interface Plan {
    readonly start: number;
    /** What its attempts come to, the last one for ever. */
    readonly script: readonly (200 | 404 | 429 | 503 | "ECONNRESET" | "bug")[];
    readonly takes: number;
    readonly maxRetries: number;
    readonly retryAfter: number;
    readonly totalTimeout: number | undefined;
    readonly attemptTimeout: number | undefined;
    readonly abortAt: number | undefined;
    readonly onRetry: "none" | "throws" | "slow";
    readonly method: "GET" | "POST";
  }
  const plan: fc.Arbitrary<Plan> = fc.record({
    start: fc.integer({ min: 0, max: 5000 }),
    script: fc.array(
      fc.constantFrom<Plan["script"][number]>(200, 200, 404, 429, 429, 503, 503, 503, "ECONNRESET", "bug"),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    takes: fc.integer({ min: 0, max: 900 }),
    maxRetries: fc.integer({ min: 0, max: 5 }),
    retryAfter: fc.constantFrom(0, 0, 2, 200),
    totalTimeout: fc.option(fc.integer({ min: 1, max: 8000 }), { nil: undefined, freq: 2 }),
    attemptTimeout: fc.option(fc.constantFrom(0.5, 300.5, 700.5), { nil: undefined, freq: 2 }),
    abortAt: fc.option(fc.integer({ min: 0, max: 12_000 }), { nil: undefined, freq: 2 }),
    onRetry: fc.constantFrom("none", "none", "none", "throws", "slow"),
    method: fc.constantFrom("GET", "POST"),
  });
  const settings = fc.record({
    capacity: fc.integer({ min: 0, max: 120 }),
    retryCost: fc.integer({ min: 0, max: 20 }),
    throttlingCost: fc.integer({ min: 0, max: 20 }),
    successRefill: fc.integer({ min: 0, max: 5 }),
  });

  test.prop([settings, fc.array(plan, { minLength: 1, maxLength: 25 })], { numRuns: 150 })(
    "remaining stays in range, and each call pays for the retries that it made, less what its success gives back",
    async (options, plans) => {
      const clock = virtualClock();
      const shared = createRetryBudget(options);
      const inRange = (): void => {
        expect(shared.remaining).toBeGreaterThanOrEqual(0);
        expect(shared.remaining).toBeLessThanOrEqual(options.capacity);
      };
      const call = async (plan: Plan): Promise<void> => {
        const { start, script, takes, retryAfter, abortAt, onRetry, method, ...rest } = plan;
        // What it met before each of its retries.
        const met: (Plan["script"][number] | "timeout")[] = [];
        let attempts = 0;
        let paid = 0;
        let refusals = 0;
        let reason: string | undefined;
        const budget: RetryBudget = {
          get remaining() {
            return shared.remaining;
          },
          take(throttling) {
            const before = shared.remaining;
            const cost = shared.take(throttling);
            if (cost === undefined) {
              refusals++;
              expect(before).toBeLessThan(throttling ? options.throttlingCost : options.retryCost);
            } else paid += cost;
            inRange();
            return cost;
          },
          give(tokens) {
            shared.give(tokens);
            paid -= tokens ?? options.successRefill;
            inRange();
          },
        };
        const controller = new AbortController();
        await clock.sleep(start);
        if (abortAt !== undefined)
          void clock.sleep(abortAt).then(() => controller.abort(new Error("enough")));
        const attempt = async (): Promise<Response> => {
          const step = script[Math.min(attempts++, script.length - 1)] as Plan["script"][number];
          met.push(takes > (rest.attemptTimeout ?? Infinity) ? "timeout" : step);
          await clock.sleep(takes);
          if (step === "bug") throw new TypeError("x is not a function");
          if (step === "ECONNRESET") throw reset();
          const headers = { "retry-after": String(retryAfter) };
          return new Response(null, { status: step, headers });
        };
        const fetch = withRetry((_url: string, _init?: RequestInit) => attempt(), {
          ...rest,
          budget,
          clock,
          onRetry: () => {
            if (onRetry === "throws") throw new Error("hook");
            return onRetry === "slow" ? clock.sleep(700) : undefined;
          },
          onGiveUp: (event) => {
            reason = event.reason;
          },
        });
        const response = await fetch(URL_OF_TEST, { method, signal: controller.signal }).catch(
          () => undefined,
        );
        const costs = met
          .slice(0, -1)
          .map((step) => (step === 429 ? options.throttlingCost : options.retryCost));
        const back = response?.status !== 200 ? 0 : (costs.at(-1) ?? options.successRefill);
        expect(paid).toBe(costs.reduce((sum, cost) => sum + cost, 0) - back);
        // Empty is a reason to stop, and only that: nobody else stops for it, nobody goes on without it.
        if (reason === "budget-exhausted") expect(refusals).toBeGreaterThan(0);
      };
      await Promise.all(plans.map(call));
      inRange();
    },
  );
});

test.each([Number.NaN, -1000, 0])(
  "give(%d) changes nothing: the budget stays within its bounds",
  (tokens) => {
    const shared = createRetryBudget();
    shared.take(false);
    shared.give(tokens);
    expect(shared.remaining).toBe(486);
    shared.give(Number.POSITIVE_INFINITY);
    expect(shared.remaining).toBe(500);
  },
);
