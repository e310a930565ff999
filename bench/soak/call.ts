/** Makes one call by its plan, and holds what comes of it against what is promised. */

import { setTimeout as sleep } from "node:timers/promises";
import {
  type Cooldown,
  createCooldown,
  type GiveUpEvent,
  HttpError,
  type RetryBudget,
  type RetryOptions,
  requestWithRetry,
  type StopReason,
  withRetry,
} from "../../src/index.ts";
import { AN_HOUR, type Plan } from "./plan.ts";

/** What many calls share. */
export interface Surroundings {
  readonly url: string;
  readonly refusedUrl: string;
  readonly budget: RetryBudget;
  readonly cooldown: Cooldown;
  readonly keyedCooldown: Cooldown;
  /** Aborted now and then, and another takes its place. */
  shared: AbortController;
  /** Of all calls, until somebody has looked at them. */
  readonly signals: Set<AbortSignal>;
}

/** All ways in which a call can end. */
export const ENDS = [
  "success",
  "aborted",
  "aborted in a long wait",
  "a hook threw",
  "not-retryable",
  "retries-exhausted",
  "retry-after-too-long",
  "total-timeout",
  "budget-exhausted",
  "body-not-replayable",
  "method-not-repeatable",
] as const;

type End = StopReason | (typeof ENDS)[number];

/** What became of one call. */
export interface Told {
  readonly end: End;
  /** Attempts, by the hooks. */
  readonly attempts: number;
  /** How many of them were cut short, so that the server may not have heard of them. */
  readonly cut: number;
  /** Promises that were not kept. */
  readonly surprises: readonly string[];
}

class HookError extends Error {}

// A turn of the event loop is enough; on a machine that is out of breath it takes longer, but not as long as this.
const SOON = 2000;

interface Aborted {
  readonly because: string;
  /** performance.now(). */
  readonly at: number;
}

export async function makeCall(plan: Plan, call: number, around: Surroundings): Promise<Told> {
  const surprises: string[] = [];
  const check = (promise: string, kept: boolean): void => {
    if (!kept) surprises.push(promise);
  };
  const controller = plan.signal === "shared" ? around.shared : new AbortController();
  const signal = plan.signal === "none" ? undefined : controller.signal;
  if (signal) around.signals.add(signal);
  const timers: NodeJS.Timeout[] = [];
  /** For a hook that would take an hour: by a timer, for what nothing can end is garbage, and the whole call with it. */
  const hookOver = new AbortController();
  const underWay: Promise<unknown>[] = [];
  let sent = 0;
  let cut = 0;
  let retries = 0;
  let gaveUp: GiveUpEvent | undefined;
  let last: Response | undefined;
  let waiting = false;
  let settled = false;

  const abort = (): void => {
    controller.abort({ because: `call ${call} was aborted`, at: performance.now() } satisfies Aborted);
    if (controller === around.shared) around.shared = new AbortController();
  };
  const counted = (input: string | Request, init: RequestInit): Promise<Response> => {
    const number = ++sent;
    waiting = false;
    check("no attempt is made after the call has settled", !settled);
    const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
    const attempt = fetch(input, init);
    const ended = attempt.then(
      (response) => {
        // That of an attempt given up before may still come.
        if (number === sent) last = response;
      },
      () => {
        if (signal?.aborted) cut++;
      },
    );
    underWay.push(ended);
    return attempt;
  };

  const options: RetryOptions = {
    ...plan.options,
    ...(plan.shares.includes("budget") && { budget: around.budget }),
    ...(plan.shares.includes("cooldown") && { cooldown: around.cooldown }),
    ...(plan.shares.includes("keyed cooldown") && { cooldown: around.keyedCooldown }),
    ...(plan.longWait === "at a gate" && { cooldown: gateForAnHour(plan) }),
    async onRetry({ attempt }) {
      retries++;
      check("onRetry is called before the call has settled", !settled);
      check("onRetry counts the attempts", attempt === sent && attempt === retries);
      if (plan.abort === "in onRetry") abort();
      waiting = plan.longWait !== "none";
      if (plan.longWait === "in onRetry") await sleep(AN_HOUR, undefined, { signal: hookOver.signal });
      if (plan.onRetry === "slow") await sleep(2);
      if (plan.onRetry === "throws" && retries === 2) throw new HookError();
    },
    onGiveUp(event) {
      check("onGiveUp is called once, before the call has settled", gaveUp === undefined && !settled);
      gaveUp = event;
    },
  };

  if (plan.abort === "before") abort();
  if (typeof plan.abort === "object") timers.push(setTimeout(abort, plan.abort.afterMs));

  let end: End;
  let given: unknown;
  const settle = (): void => {
    settled = true;
    if (!signal?.aborted) return;
    const late = performance.now() - (signal.reason as Aborted).at;
    check(`it settles at once when it is aborted, and not ${late.toFixed(0)} ms later`, late < SOON);
  };
  try {
    const response = await send(plan, call, around, options, signal, counted);
    settle();
    given = response;
    end = gaveUp?.reason ?? "success";
    check("the response given is the last one", response === last);
    check("a success comes without giving up", response.status < 400 === (gaveUp === undefined));
    check("only withRetry resolves with a failure", !gaveUp || plan.face === "withRetry");
    check("a success has one attempt more than retries", gaveUp !== undefined || sent === retries + 1);
  } catch (error) {
    settle();
    given = error instanceof HttpError ? error.response : undefined;
    const aborted = waiting ? "aborted in a long wait" : "aborted";
    end = gaveUp?.reason ?? (signal?.aborted && error === signal.reason ? aborted : "a hook threw");
    if (error instanceof HttpError) {
      check("only requestWithRetry rejects with an HttpError", plan.face === "requestWithRetry");
      check("an HttpError says what onGiveUp did", gaveUp?.reason === error.reason);
      check("an HttpError counts the attempts", error.attempts === sent);
      check(
        "the response of an HttpError is the last one, unread",
        error.response === last && !last?.bodyUsed,
      );
    } else if (gaveUp) {
      check("the error given is the last one", error === gaveUp.outcome.error);
    } else {
      check("a rejection has a reason", end !== "a hook threw" || error instanceof HookError);
    }
  }
  if (gaveUp) check("onGiveUp counts the attempts", gaveUp.attempts === sent);
  else if (end !== "success") check("an end in between is after a hook or an attempt", sent - retries <= 1);
  const attempts = gaveUp?.attempts ?? (end === "success" ? retries + 1 : sent);

  await use(given as Response | undefined, plan.use);
  for (const timer of timers) clearTimeout(timer);
  hookOver.abort();
  // An attempt that pays no heed to its signal may outlive the call.
  await Promise.all(underWay);
  return { end, attempts, cut, surprises };
}

/** Closed for an hour by the first failure that is worth another try. */
function gateForAnHour({ options }: Plan): Cooldown {
  return createCooldown({
    failures: 1,
    backoff: { base: AN_HOUR, cap: AN_HOUR, jitter: "none" },
    random: options.random,
  });
}

type CountedFetch = (input: string | Request, init: RequestInit) => Promise<Response>;

function send(
  plan: Plan,
  call: number,
  { url, refusedUrl }: Surroundings,
  options: RetryOptions,
  signal: AbortSignal | undefined,
  counted: CountedFetch,
): Promise<Response> {
  const { method, face, deaf } = plan;
  const target = `${plan.refused ? refusedUrl : url}/${call}`;
  const abortable = signal && { signal };
  if (face === "requestWithRetry") {
    return requestWithRetry(
      (attempt) => counted(target, { method, ...bodyOf(plan), ...(!deaf && { signal: attempt.signal }) }),
      { ...options, ...abortable },
    );
  }
  const fetching = withRetry(counted, options);
  return plan.body === "Request"
    ? fetching(new Request(target, { method, body: "the body of a Request", ...abortable }), {})
    : fetching(target, { method, ...bodyOf(plan), ...abortable });
}

function bodyOf({ body }: Plan): RequestInit {
  switch (body) {
    case "text":
      return { body: "x".repeat(2000) };
    case "form":
      return { body: new URLSearchParams({ a: "1", b: "2" }) };
    case "blob":
      return { body: new Blob(["x".repeat(500)]) };
    case "stream":
      return { body: ReadableStream.from([Buffer.from("a"), Buffer.from("b")]), duplex: "half" };
    default:
      return {};
  }
}

/** As callers do, and no longer than for a moment. What breaks off in between is no surprise here. */
async function use(response: Response | undefined, how: Plan["use"]): Promise<void> {
  if (!response?.body || how === "leave") return;
  try {
    if (how === "cancel") return await response.body.cancel();
    const reader = response.body.getReader();
    const timer = setTimeout(() => reader.cancel().catch(() => {}), 100);
    try {
      for (let bytes = 0; bytes < 500_000; ) {
        const { done, value } = await reader.read();
        if (done) return;
        bytes += value.length;
        if (how === "read some") break;
      }
      await reader.cancel();
    } finally {
      clearTimeout(timer);
    }
  } catch {}
}
