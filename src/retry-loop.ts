/** The one loop that both faces share, on p-retry: attempt -> facts -> verdict -> decision -> wait. */

import pRetry from "p-retry";
import { type Attempt, attempt, OneAttempt } from "./attempt.ts";
import { cancel, dispose } from "./http/dispose.ts";
import { type Failure, readFacts } from "./http/facts.ts";
import type { Outcome, ResponseLike } from "./http/outcome.ts";
import { HttpError } from "./http-error.ts";
import { untilAborted } from "./on-abort.ts";
import { clockOf, type RetryEvent, type RetryOptions, type Settings, withDefaults } from "./options.ts";
import { classify, isSuccess, type Verdict } from "./policy/classify.ts";
import { type Decision, decide, type StopReason } from "./policy/decide.ts";
import { wrongType } from "./policy/invalid.ts";

/** Calls the request once. */
export type Send<R extends ResponseLike> = (attempt: Attempt) => R | PromiseLike<R>;

/** What the two faces do differently. */
export interface Face<R extends ResponseLike> {
  /** Why this request may not be sent again, although the failure is worth another try; undefined if it may. */
  readonly refusal: (failed: Failed) => StopReason | undefined;
  /** Turns the failure that the call ends with into its result, or throws it. */
  readonly settle: (end: GivenUp<R>) => R;
}

/** A failure, read and classified. */
export interface Failed {
  readonly facts: Failure;
  readonly verdict: Verdict;
}

/** The failure that a call ends with. */
export interface GivenUp<R extends ResponseLike> extends Failed {
  readonly outcome: Outcome<R>;
  readonly reason: StopReason;
  readonly attempts: number;
  readonly settings: Settings;
}

/** One call: what it was told, and where it stands. */
interface Call<R extends ResponseLike> extends Timed {
  readonly send: Send<R>;
  readonly face: Face<R>;
  attempts: number;
  /** The last one; let go of before each wait, so that a waiting call holds no response. */
  outcome: Outcome<R>;
  /** The last wait. */
  previous: number | undefined;
  /** The error thrown last, kept only where it may become the cause of a total timeout. */
  lastError: unknown;
  /** The error of the total timeout, once that has struck. */
  expired: DOMException | undefined;
  /** Ends the draining of the response before. */
  endDrain: () => void;
}

interface Timed {
  readonly settings: Settings;
  /** When the call began, if anybody will ask. */
  readonly started: number;
}

/** What an examined outcome leads to. */
type Next = "success" | (Failed & { readonly stop?: StopReason | undefined });

const NONE: Outcome<never> = { error: undefined };

// All that p-retry ever sees of a failure, for it has opinions of its own on errors. One for all: a stack is costly.
const RETRY: Error = /* @__PURE__ */ new Error("retry");

/**
 * Makes the first attempt, which is the only one of most calls, before p-retry is entered or anything is made or read
 * that nobody needs. Throws only before it.
 */
export function retryLoop<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
): Promise<R> {
  const { signal, attemptTimeout, totalTimeout } = options;
  signal?.throwIfAborted();
  const started = totalTimeout || options.onRetry || options.onGiveUp ? clockOf(options).now() : 0;
  if (attemptTimeout || totalTimeout) return firstLimited(begin(send, face, options, started), options);
  return signal
    ? firstAbortable(send, face, options, started, signal)
    : firstPlain(send, face, options, started);
}

// None of these awaits `proceed`: they would be kept, and with them the response, for as long as the call waits.

async function firstPlain<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
  started: number,
): Promise<R> {
  let outcome: Outcome<R>;
  try {
    const response = await send(new OneAttempt(1, undefined));
    if (passes(response, options)) return response;
    outcome = { response };
  } catch (error) {
    outcome = { error };
  }
  return proceed(begin(send, face, options, started, outcome));
}

async function firstAbortable<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
  started: number,
  signal: AbortSignal,
): Promise<R> {
  const outcome = await attempt(send, 1, signal, undefined);
  const { response } = outcome;
  if (response && !signal.aborted && passes(response, options)) return response;
  return proceed(begin(send, face, options, started, outcome));
}

async function firstLimited<R extends ResponseLike>(call: Call<R>, options: RetryOptions): Promise<R> {
  await makeAttempt(call, 1, undefined);
  const { response } = call.outcome;
  if (response && !options.signal?.aborted && passes(response, options)) return response;
  return proceed(call);
}

/** Whether a response is a success at first glance. */
function passes(response: ResponseLike, { classify, codes }: RetryOptions): boolean {
  return classify === undefined && typeof response?.status === "number" && isSuccess(response.status, codes);
}

function begin<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
  started: number,
  outcome: Outcome<R> = NONE,
): Call<R> {
  return {
    send,
    face,
    settings: withDefaults(options),
    started,
    attempts: 1,
    outcome,
    previous: undefined,
    lastError: undefined,
    expired: undefined,
    endDrain: () => {},
  };
}

/** From the first outcome to the call's result. */
async function proceed<R extends ResponseLike>(call: Call<R>): Promise<R> {
  const { settings, face } = call;
  let end: GivenUp<R>;
  try {
    let next = await examine(call);
    if (next !== "success" && !next.stop) next = await retry(call, next);
    if (next === "success") return call.outcome.response as R;
    end = {
      outcome: call.outcome,
      facts: next.facts,
      verdict: next.verdict,
      reason: next.stop ?? "retries-exhausted",
      attempts: call.attempts,
      settings,
    };
    if (settings.onGiveUp) {
      const { outcome, reason, attempts, verdict } = end;
      const event = { attempts, reason, because: verdict.because, outcome, elapsed: elapsed(call) };
      await untilAborted(settings.onGiveUp(event), settings.signal);
    }
  } catch (error) {
    // An abort, or a hook's throw: nobody gets the response in hand.
    cancel(call.outcome.response);
    throw error;
  } finally {
    call.endDrain();
  }
  return face.settle(end);
}

/**
 * Waits and tries again, as often as p-retry allows, and until something else than a failure worth another try comes
 * out. What else there is to throw goes round p-retry.
 */
async function retry<R extends ResponseLike>(call: Call<R>, first: Failed): Promise<Next> {
  const { maxRetries: retries, signal } = call.settings;
  let failed = first;
  let stop: StopReason | undefined;
  const again = async (number: number): Promise<() => Next> => {
    if (number > 1) {
      try {
        await makeAttempt(call, number, failed);
        const next = await examine(call);
        if (next === "success" || next.stop) return () => next;
        failed = next;
      } catch (error) {
        return () => {
          throw error;
        };
      }
    }
    throw RETRY;
  };
  const shouldRetry = async (): Promise<boolean> => {
    stop = await wait(call, failed);
    return stop === undefined;
  };
  try {
    const result = await pRetry(again, { retries, minTimeout: 0, shouldRetry, ...(signal && { signal }) });
    return result();
  } catch (error) {
    if (error !== RETRY) throw error;
    // Without a word from us it was p-retry that stopped, for it has counted to the end.
    return { ...failed, stop };
  }
}

/** One attempt, within the nearer of the two time limits. */
async function makeAttempt<R extends ResponseLike>(
  call: Call<R>,
  number: number,
  before: Failed | undefined,
): Promise<void> {
  const { signal, clock, attemptTimeout, totalTimeout } = call.settings;
  const left = timeLeft(call);
  const error = (): DOMException => {
    if (attemptTimeout < left) return timeoutError(`The attempt took longer than ${attemptTimeout} ms`);
    call.expired = timeoutError(`The call took longer than ${totalTimeout} ms`);
    if (before) Object.defineProperty(call.expired, "cause", { value: causeOf(call, before) });
    return call.expired;
  };
  const ms = Math.min(left, attemptTimeout);
  const limit = ms < Number.POSITIVE_INFINITY ? { ms, error, clock } : undefined;
  call.attempts = number;
  call.outcome = await attempt(call.send, number, signal, limit);
}

/** Reads and classifies the outcome in hand. */
async function examine<R extends ResponseLike>(call: Call<R>): Promise<Next> {
  const { outcome, settings, expired } = call;
  const { response } = outcome;
  const { signal, codes } = settings;
  // Asked before any error is looked at: an abort reason may look like a network error.
  signal?.throwIfAborted();
  if ("response" in outcome && typeof response?.status !== "number") {
    throw wrongType("request()", "a Response, or a promise of one", response);
  }
  const answer = expired ? undefined : await ask(settings, outcome);
  if (response && succeeded(response.status, answer, codes)) return "success";
  const facts = await readFacts(outcome, { now: settings.clock.now(), ms: timeLeft(call), signal });
  signal?.throwIfAborted();
  if (expired) {
    return { facts, verdict: { retryable: false, because: expired.name }, stop: "total-timeout" };
  }
  const verdict = answer === undefined ? classify(facts, codes) : { retryable: answer, because: "classify" };
  return { facts, verdict, stop: verdict.retryable ? undefined : "not-retryable" };
}

function succeeded(status: number, answer: boolean | undefined, codes: Settings["codes"]): boolean {
  return answer === undefined ? isSuccess(status, codes) : !answer && status < 400;
}

/** The answer of the caller's own `classify`, if there is one. */
async function ask({ classify, signal }: Settings, outcome: Outcome): Promise<boolean | undefined> {
  const answer = await untilAborted(classify?.(outcome), signal);
  if (answer !== undefined && typeof answer !== "boolean") {
    throw wrongType("classify()", "a boolean or undefined", answer);
  }
  return answer;
}

/** Decides, and waits; says why if there is to be no retry. p-retry asks only when it would make another attempt. */
async function wait<R extends ResponseLike>(call: Call<R>, failed: Failed): Promise<StopReason | undefined> {
  const decision = decideOn(call, failed);
  if (!decision.retry) return decision.reason;
  const { delay } = decision;
  const { onRetry, signal, clock } = call.settings;
  if (onRetry) {
    await untilAborted(onRetry(retryEvent(call, failed, delay)), signal);
    // The hook may have taken the time that the wait needs.
    if (delay >= timeLeft(call)) return "total-timeout";
  }
  letGo(call);
  call.previous = delay;
  await clock.sleep(delay, signal);
  return undefined;
}

function decideOn<R extends ResponseLike>(call: Call<R>, failed: Failed): Decision {
  const { face, settings, outcome, previous, attempts } = call;
  const { facts, verdict } = failed;
  const { backoff, maxRetryAfter, random } = settings;
  const context = { previous, retryAfter: facts.retryAfter, because: verdict.because, outcome };
  return decide({
    refusal: face.refusal(failed),
    retry: attempts - 1,
    backoff: typeof backoff === "function" ? (retry) => backoff(retry, context) : backoff,
    previous,
    serverWait: facts.retryAfter ?? 0,
    maxRetryAfter,
    timeLeft: timeLeft(call),
    random,
  });
}

function retryEvent<R extends ResponseLike>(
  call: Call<R>,
  { facts, verdict }: Failed,
  delay: number,
): RetryEvent {
  return {
    attempt: call.attempts,
    delay,
    because: verdict.because,
    retryAfter: facts.retryAfter,
    outcome: call.outcome,
    elapsed: elapsed(call),
  };
}

/** Disposes of the response in hand, and forgets the outcome. */
function letGo<R extends ResponseLike>(call: Call<R>): void {
  const { response, error } = call.outcome;
  call.endDrain();
  call.endDrain = dispose(response);
  call.lastError = call.settings.totalTimeout < Number.POSITIVE_INFINITY ? error : undefined;
  call.outcome = NONE;
}

/** The failure before a total timeout, in the form in which it would have been handed to the caller. */
function causeOf<R extends ResponseLike>(call: Call<R>, { facts }: Failed): unknown {
  if (facts.kind !== "response") return call.lastError;
  const { attempts, settings } = call;
  const { status = 0 } = facts;
  return new HttpError({
    ...facts,
    status,
    reason: "total-timeout",
    attempts: attempts - 1,
    response: undefined,
    table: settings.codes,
  });
}

function elapsed({ settings, started }: Timed): number {
  return settings.clock.now() - started;
}

function timeLeft(call: Timed): number {
  const { totalTimeout } = call.settings;
  return totalTimeout < Number.POSITIVE_INFINITY
    ? Math.max(0, totalTimeout - elapsed(call))
    : Number.POSITIVE_INFINITY;
}

// As AbortSignal.timeout rejects.
function timeoutError(message: string): DOMException {
  return new DOMException(message, "TimeoutError");
}
