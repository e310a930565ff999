// The loop against a model of it: arbitrary scripts of outcomes, on a clock that jumps.

import { fc, test } from "@fast-check/vitest";
import { backoffDelay, HttpError, type RetryOptions, requestWithRetry } from "request-with-retry";
import { expect } from "vitest";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

interface Step {
  /** What the attempt comes to: a status, a network failure, or a bug in the caller's code. */
  readonly gives: number | "ECONNRESET" | "bug";
  readonly takes: number;
  readonly retryAfter: number | undefined;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly maxRetries: number;
  readonly jitter: "additive" | "full" | "equal" | "none";
  readonly u: number;
  readonly attemptTimeout: number | undefined;
  readonly totalTimeout: number | undefined;
  readonly maxRetryAfter: number;
  readonly abortAt: number | undefined;
}

interface Result {
  readonly attempts: number;
  readonly waits: readonly number[];
  readonly end: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  gives: fc.constantFrom<Step["gives"]>(
    200,
    204,
    302,
    400,
    404,
    429,
    429,
    500,
    503,
    503,
    "ECONNRESET",
    "bug",
  ),
  takes: fc.integer({ min: 0, max: 3000 }),
  retryAfter: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  maxRetries: fc.integer({ min: 0, max: 6 }),
  jitter: fc.constantFrom("additive", "full", "equal", "none"),
  u: fc.double({ min: 0, max: 0.999, noNaN: true }),
  attemptTimeout: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
  totalTimeout: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
  maxRetryAfter: fc.constantFrom(0, 20_000, 120_000, Number.POSITIVE_INFINITY),
  abortAt: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined }),
});

/** What should happen, told without promises. */
function model({ steps, maxRetries, jitter, u, maxRetryAfter, ...plan }: Plan): Result {
  const { attemptTimeout = Infinity, totalTimeout = Infinity, abortAt = Infinity } = plan;
  const waits: number[] = [];
  let now = 0;
  for (let attempts = 1; ; attempts++) {
    const { gives, takes, retryAfter } = steps[Math.min(attempts, steps.length) - 1] as Step;
    const limit = Math.min(attemptTimeout, totalTimeout - now);
    const timedOut = takes > limit;
    const last = now;
    now += Math.min(takes, limit);
    if (abortAt <= now) return { attempts: abortAt === 0 ? 0 : attempts, waits, end: "abort" };
    if (timedOut && attemptTimeout >= totalTimeout - last)
      return { attempts, waits, end: "total-timeout, thrown" };
    const network = timedOut || gives === "ECONNRESET";
    if (!network && typeof gives === "number" && gives < 400) return { attempts, waits, end: String(gives) };
    const thrown = network || gives === "bug" ? ", thrown" : "";
    if (!network && (gives === "bug" || (gives !== 429 && Number(gives) < 500))) {
      return { attempts, waits, end: `not-retryable${thrown}` };
    }
    if (attempts > maxRetries) return { attempts, waits, end: `retries-exhausted${thrown}` };
    const floor = network ? 0 : (retryAfter ?? 0) * 1000;
    if (floor > maxRetryAfter) return { attempts, waits, end: "retry-after-too-long" };
    const e = backoffDelay(attempts - 1, { jitter: "none" });
    const least = floor > 0 ? floor : backoffDelay(attempts - 1, { jitter, random: () => 0 });
    const spread = jitter === "none" ? 0 : u * Math.max(Math.min(floor / 2, 30_000), e);
    const drawn = floor > 0 ? floor + spread : backoffDelay(attempts - 1, { jitter, random: () => u });
    const left = totalTimeout - now;
    if (drawn >= left && least >= left) return { attempts, waits, end: `total-timeout${thrown}` };
    const wait = drawn < left ? drawn : least + u * (left - least);
    waits.push(wait);
    now += wait;
    if (abortAt <= now) return { attempts, waits, end: "abort" };
  }
}

/** A response whose body tells whether anybody has let go of it. */
function tracked(status: number, retryAfter: number | undefined, open: Set<Response>): Response {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  if (status === 204 || status === 302) return new Response(null, { status, headers });
  const body = new ReadableStream(
    {
      pull(controller) {
        controller.close();
        open.delete(response);
      },
      cancel: () => void open.delete(response),
    },
    { highWaterMark: 0 },
  );
  const response: Response = new Response(body, { status, headers });
  open.add(response);
  return response;
}

async function run(plan: Plan, clock: VirtualClock): Promise<Result & { readonly open: Set<Response> }> {
  const { steps, abortAt } = plan;
  const { maxRetries, jitter, u, attemptTimeout, totalTimeout, maxRetryAfter } = plan;
  const controller = new AbortController();
  const reason = new Error("the caller's own");
  const bug = new TypeError("x is not a function");
  const waits: number[] = [];
  const open = new Set<Response>();
  const late: Promise<unknown>[] = [];
  let attempts = 0;
  let settled = false;
  if (abortAt === 0) controller.abort(reason);
  else if (abortAt !== undefined) {
    late.push(clock.sleep(abortAt).then(() => controller.abort(reason)));
  }
  const options: RetryOptions = {
    maxRetries,
    backoff: { jitter },
    random: () => u,
    attemptTimeout,
    totalTimeout,
    maxRetryAfter,
    clock,
    signal: abortAt === undefined ? undefined : controller.signal,
    onRetry: ({ delay }) => void waits.push(delay),
  };
  const request = async (): Promise<Response> => {
    expect(settled, "an attempt after the end").toBe(false);
    expect(controller.signal.aborted, "an attempt after an abort").toBe(false);
    const { gives, takes, retryAfter } = steps[Math.min(++attempts, steps.length) - 1] as Step;
    const pause = clock.sleep(takes);
    late.push(pause);
    await pause;
    if (gives === "bug") throw bug;
    if (gives === "ECONNRESET") throw Object.assign(new Error("reset"), { code: gives });
    return tracked(gives, retryAfter, open);
  };
  let given: string | undefined;
  const end = await requestWithRetry(request, {
    ...options,
    onGiveUp: (event) => {
      given = event.reason;
    },
  })
    .then(
      (response) => {
        expect(response.bodyUsed, "the caller's response was read").toBe(false);
        open.delete(response);
        return String(response.status);
      },
      (error) => {
        if (error === reason) return "abort";
        if (!(error instanceof HttpError)) return `${given}, thrown`;
        expect(error.reason).toBe(given);
        expect(error.attempts).toBe(attempts);
        expect(error.response.bodyUsed, "the caller's response was read").toBe(false);
        open.delete(error.response);
        return error.reason;
      },
    )
    .finally(() => {
      settled = true;
    });
  // Attempts that were given up go on by themselves: their responses come late, and are let go of too.
  await Promise.allSettled(late);
  await new Promise((resolve) => setImmediate(resolve));
  return { attempts, waits, end, open };
}

test.prop([plan], { numRuns: 400 })(
  "the loop makes the attempts, the waits and the result that the model says, and disposes of the rest",
  async (plan) => {
    const clock = virtualClock();
    const { open, ...result } = await run(plan, clock);
    expect(result).toEqual(model(plan));
    expect([...open], "bodies left open").toEqual([]);
    expect(clock.sleepers, "sleeps left").toBe(0);
  },
);
