/** The one loop that both faces share, on p-retry: attempt -> facts -> verdict -> decision -> wait. */

import pRetry from "p-retry";
import { type Attempt, attempt, begun } from "./attempt.ts";
import { type Channel, cooldowns, giveUps, retries } from "./channels.ts";
import type { RequestSummary } from "./fleet/cooldown.ts";
import { createMember, type Member } from "./fleet/member.ts";
import { cancel, dispose } from "./http/dispose.ts";
import { type Failure, readFacts } from "./http/facts.ts";
import type { Outcome, ResponseLike } from "./http/outcome.ts";
import { peek } from "./http/peek.ts";
import type { Reading } from "./http/read-body.ts";
import { HttpError } from "./http-error.ts";
import { untilAborted } from "./on-abort.ts";
import {
  type Classification,
  clockOf,
  type GiveUpEvent,
  type RetryEvent,
  type RetryOptions,
  type Settings,
  withDefaults,
} from "./options.ts";
import { classify, isSuccess, type Verdict } from "./policy/classify.ts";
import { type Decision, decide, type StopReason } from "./policy/decide.ts";
import { isThrottling } from "./policy/throttling.ts";
import { checkClassification } from "./validate.ts";

/** Calls the request once. */
export type Send<R extends ResponseLike> = (attempt: Attempt) => R | PromiseLike<R>;

/** What the two faces do differently. */
export interface Face<R extends ResponseLike> {
  /** What a cooldown is told of the request. */
  readonly request: () => RequestSummary;
  /** Why this request may not be sent again, although the failure is worth another try; undefined if it may. */
  readonly refusal: (failed: Failed) => StopReason | undefined;
  /** Throws if something without a status is no result. */
  readonly checkResponse: (value: unknown) => void;
  /** Turns the failure that the call ends with into its result, or throws it. */
  readonly settle: (end: GivenUp<R>) => R;
}

/** A failure, read and classified. */
interface Failed {
  readonly facts: Failure;
  readonly verdict: Verdict;
  /** How many attempts were made by then. */
  readonly attempts: number;
}

/** The failure that a call ends with. */
export interface GivenUp<R extends ResponseLike> extends Failed {
  readonly outcome: Outcome<R>;
  readonly reason: StopReason;
  readonly settings: Settings;
}

/** One call: what it was told, and where it stands. */
interface Call<R extends ResponseLike> extends Timed {
  readonly send: Send<R>;
  readonly face: Face<R>;
  attempts: number;
  /** The last one; let go of before each wait, so that a waiting call holds no response. */
  outcome: Outcome<R>;
  /** What the last failure was. */
  failed: Failed | undefined;
  /** Why there is to be no retry, where that was decided when there could have been one. */
  stop: StopReason | undefined;
  /** The last wait. */
  previous: number | undefined;
  /** The error thrown last, if there is a total timeout whose cause it may become. */
  lastError: unknown;
  /** The error of the total timeout, once that has struck. */
  expired: DOMException | undefined;
  /** The reading of what nobody wants of the response before. */
  drain: Reading | undefined;
  /** What it shares with other calls, if anything. */
  readonly member: Member | undefined;
}

interface Timed {
  readonly settings: Settings;
  /** When the call began; if nobody had asked by then, when it first failed. */
  readonly started: number;
}

/** What an examined outcome leads to. */
type Next = "success" | "retry" | StopReason;

const NONE: Outcome<never> = { error: undefined };

// All that p-retry ever sees of a failure, for it has opinions of its own on errors. One for all: a stack is costly.
const RETRY: Error = /* @__PURE__ */ new Error();

/**
 * Makes the first attempt, which is the only one of most calls, before p-retry is entered or anything is made or read
 * that nobody needs. Throws only before it.
 */
export function retryLoop<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
): Promise<R> {
  const { signal, attemptTimeout, totalTimeout, cooldown } = options;
  signal?.throwIfAborted();
  // With a limit or a cooldown the call's state is made at once, and the clock read for it.
  const timed = options.onRetry || options.onGiveUp || retries.hasSubscribers || giveUps.hasSubscribers;
  const started = timed ? clockOf(options).now() : undefined;
  if (attemptTimeout || totalTimeout || cooldown) return proceed(begin(send, face, options, started));
  return signal
    ? firstAbortable(send, face, options, started, signal)
    : firstPlain(send, face, options, started);
}

// Neither of these awaits `proceed`: they would be kept, and with them the response, for as long as the call waits.

async function firstPlain<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
  started: number | undefined,
): Promise<R> {
  let outcome: Outcome<R>;
  try {
    const response = await send(begun(1, undefined));
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
  started: number | undefined,
  signal: AbortSignal,
): Promise<R> {
  const outcome = await attempt(send, 1, signal, undefined);
  const { response } = outcome;
  if (response && !signal.aborted && passes(response, options)) return response;
  return proceed(begin(send, face, options, started, outcome));
}

/** Whether a response is a success at first glance. */
function passes(response: ResponseLike, { classify, codes, budget, cooldown }: RetryOptions): boolean {
  if (classify || budget || cooldown) return false;
  return typeof response?.status === "number" && isSuccess(response.status, codes);
}

function begin<R extends ResponseLike>(
  send: Send<R>,
  face: Face<R>,
  options: RetryOptions,
  started: number | undefined,
  outcome?: Outcome<R>,
): Call<R> {
  const { budget, cooldown } = options;
  const settings = withDefaults(options);
  return {
    send,
    face,
    settings,
    // Somebody may begin to listen later.
    started: started ?? settings.clock.now(),
    attempts: outcome ? 1 : 0,
    outcome: outcome ?? NONE,
    failed: undefined,
    stop: undefined,
    previous: undefined,
    lastError: undefined,
    expired: undefined,
    drain: undefined,
    member: budget || cooldown ? createMember(budget, cooldown, face.request) : undefined,
  };
}

/** From the first outcome to the call's result; makes the first attempt if that has not been made. */
async function proceed<R extends ResponseLike>(call: Call<R>): Promise<R> {
  let end: GivenUp<R>;
  try {
    if (call.outcome === NONE) await makeAttempt(call, 1);
    let next = await examine(call);
    if (next === "retry") {
      next = (await retry(call)) || (call.stop as StopReason);
      call.settings.signal?.throwIfAborted();
    }
    if (next === "success") return call.outcome.response as R;
    // Before the hook, which may take its time.
    endMembership(call);
    end = givenUp(call, next as StopReason);
    await tellEnd(call, end);
  } catch (error) {
    cancelUnlessThrown(call.outcome, error);
    throw error;
  } finally {
    call.drain?.stop();
    endMembership(call);
  }
  return call.face.settle(end);
}

/** After an abort or a hook's throw nobody gets the response in hand, unless that is what is thrown. */
function cancelUnlessThrown(outcome: Outcome, error: unknown): void {
  const response = responseOf(outcome);
  if (![error, peek(error, "response")].includes(response)) cancel(response);
}

function tellEnd<R extends ResponseLike>(call: Call<R>, end: GivenUp<R>): unknown {
  const { onGiveUp, signal } = call.settings;
  return tellOf(giveUps, onGiveUp, () => giveUpEvent(call, end), signal);
}

/** Tells whoever listens, and then the hook. */
function tellOf<E extends object>(
  channel: Channel,
  hook: ((event: E) => unknown) | undefined,
  make: () => E,
  signal: AbortSignal | undefined,
): unknown {
  if (!hook && !channel.hasSubscribers) return;
  const event = make();
  channel.publish(event);
  return untilAborted(hook?.(event), signal);
}

function endMembership({ member }: { readonly member: Member | undefined }): void {
  member?.leave();
  member?.refund();
}

/**
 * The first wait, and then the loop, which is p-retry's: tens of thousands of calls may wait, most of them for the
 * first time, and what p-retry holds of each is more than all the rest. Not async functions, for their frames would be
 * kept too.
 */
function retry<R extends ResponseLike>(call: Call<R>): Next | false | Promise<Next | false> {
  if (call.settings.maxRetries === 0) return "retries-exhausted";
  return decideAndWait(call, () => loop(call));
}

/** Tries again, as often as p-retry allows, until something else than a failure worth another try comes out. */
function loop<R extends ResponseLike>(call: Call<R>): Promise<Next> {
  const { maxRetries, signal } = call.settings;
  return pRetry((number) => again(call, number + 1), {
    retries: maxRetries - 1,
    minTimeout: 0,
    shouldRetry: () => decideAndWait(call, yes),
    ...(signal && { signal }),
  }).then(
    (result) => result(),
    (error) => {
      if (error !== RETRY) throw error;
      // Without a word from us it was p-retry that stopped, for it has counted to the end.
      return call.stop ?? "retries-exhausted";
    },
  );
}

/** One more attempt, after the first. Throws RETRY and nothing else: what else there is to throw goes round p-retry. */
async function again<R extends ResponseLike>(call: Call<R>, number: number): Promise<() => Next> {
  try {
    await makeAttempt(call, number);
    const next = await examine(call);
    if (next === "retry") throw RETRY;
    return () => next;
  } catch (error) {
    if (error === RETRY) throw error;
    return () => {
      throw error;
    };
  }
}

/** One attempt: through the gate, and within the nearer of the two time limits. */
async function makeAttempt<R extends ResponseLike>(call: Call<R>, number: number): Promise<void> {
  const { send, settings, member } = call;
  const { signal, clock, attemptTimeout } = settings;
  const through = !member || (await passGate(call, member, number));
  const left = timeLeft(call);
  // A wait may have taken longer than it was to: nothing is sent when the time is up.
  if (!through || (left === 0 && number > 1)) {
    call.outcome = { error: expire(call, member?.closedFor()) };
    return;
  }
  member?.begin();
  const error = (): DOMException => {
    if (attemptTimeout < left) return timeoutError(`The attempt took longer than ${attemptTimeout} ms`);
    return expire(call);
  };
  const ms = Math.min(left, attemptTimeout);
  const limit = ms < Number.POSITIVE_INFINITY ? { ms, error, clock } : undefined;
  call.attempts = number;
  call.outcome = await attempt(send, number, signal, limit);
}

/** Through the gate, now or when it is the call's turn; false if that does not come before the time is up. */
async function passGate<R extends ResponseLike>(
  call: Call<R>,
  member: Member,
  number: number,
): Promise<boolean> {
  while (!member.enter()) {
    if (!(await waitAtGate(call, member, number))) return false;
    if (member.closedFor() === 0) break;
    // It has closed again while a hook took its time.
    member.leave();
  }
  call.settings.signal?.throwIfAborted();
  return true;
}

/** Waits for the call's turn; false if that does not come before the time is up. */
async function waitAtGate<R extends ResponseLike>(
  call: Call<R>,
  member: Member,
  attempt: number,
): Promise<boolean> {
  const { signal, clock, onCooldown } = call.settings;
  const delay = member.closedFor();
  if (delay >= timeLeft(call)) return false;
  await tellOf(cooldowns, onCooldown, () => ({ attempt, delay, elapsed: elapsed(call) }), signal);
  return (await member.wait(timeLeft(call), clock, signal)) && timeLeft(call) > 0;
}

/** The error of the total timeout; its cause is the failure before, in the form in which it would have been given. */
function expire<R extends ResponseLike>(call: Call<R>, closedFor: number = 0): DOMException {
  const { failed, lastError, settings } = call;
  const { totalTimeout } = settings;
  call.expired = timeoutError(
    closedFor > 0
      ? `The cooldown is closed for ${Math.ceil(closedFor)} ms, longer than is left of the call's ${totalTimeout} ms`
      : `The call took longer than ${totalTimeout} ms`,
  );
  if (failed) {
    const { facts, attempts } = failed;
    const { status, kind } = facts;
    const reason = "total-timeout";
    const value =
      kind === "response" && status !== undefined
        ? new HttpError({ ...facts, status, reason, attempts, response: undefined, table: settings.codes })
        : lastError;
    Object.defineProperty(call.expired, "cause", { value });
  }
  return call.expired;
}

/** Reads and classifies the outcome in hand. */
async function examine<R extends ResponseLike>(call: Call<R>): Promise<Next> {
  const { outcome, settings, expired, member, attempts } = call;
  const { response } = outcome;
  const { signal, codes } = settings;
  // Asked before any error is looked at: an abort reason may look like a network error.
  signal?.throwIfAborted();
  if ("response" in outcome && typeof response?.status !== "number") {
    call.face.checkResponse(response);
    return "success";
  }
  const said = expired ? NOTHING_SAID : await ask(call);
  if (response && succeeded(response.status, said.retryable, codes)) {
    member?.succeeded();
    return "success";
  }
  const read = await readFacts(outcome, { now: settings.clock.now(), timeLeft: timeLeft(call), signal });
  signal?.throwIfAborted();
  const facts = withSaid(read, said);
  if (expired) {
    call.failed = { facts, attempts, verdict: { retryable: false, because: expired.name } };
    return "total-timeout";
  }
  const { retryable, because = "classify" } = said;
  const verdict = retryable === undefined ? classify(facts, codes) : { retryable, because };
  call.failed = { facts, verdict, attempts };
  if (member) tell(member, call.failed, settings);
  return verdict.retryable ? "retry" : "not-retryable";
}

/** What a failure says of the server, to all who share a cooldown. */
function tell(member: Member, { facts, verdict }: Failed, { maxRetryAfter }: Settings): void {
  const { retryAfter = 0, kind } = facts;
  if (!verdict.retryable) {
    if (kind === "response") member.answered();
  } else if (retryAfter <= maxRetryAfter) {
    // A longer wait ends the call, and holds up nobody in silence: each is told itself.
    member.turnedAway(retryAfter, isThrottling(facts));
  }
}

function succeeded(status: number, answer: boolean | undefined, codes: Settings["codes"]): boolean {
  return answer === undefined ? isSuccess(status, codes) : !answer && status < 400;
}

const NOTHING_SAID: Classification = {};

/** The answer of the caller's own `classify`, if there is one. */
async function ask<R extends ResponseLike>(call: Call<R>): Promise<Classification> {
  const { outcome, attempts: attempt, settings } = call;
  const { classify, signal } = settings;
  if (!classify) return NOTHING_SAID;
  const answer = await untilAborted(classify(outcome, { signal, timeLeft: timeLeft(call), attempt }), signal);
  if (answer === undefined) return NOTHING_SAID;
  if (typeof answer === "boolean") return { retryable: answer };
  checkClassification(answer);
  return answer;
}

/** What was read, with what the caller's `classify` knows better. */
function withSaid(read: Failure, { because, retryAfter = read.retryAfter }: Classification): Failure {
  const codes = because === undefined ? read.codes : [because, ...read.codes];
  return { ...read, codes, retryAfter };
}

/** Goes on when the time of the retry has come; false, with the reason in `call.stop`, if there is to be none. */
function decideAndWait<R extends ResponseLike, T>(
  call: Call<R>,
  goOn: () => T | Promise<T>,
): T | false | Promise<T | false> {
  const { member, settings } = call;
  const { onRetry, signal } = settings;
  const failed = call.failed as Failed;
  const closedFor = member?.closedFor() ?? 0;
  const decision = decideOn(call, failed, closedFor);
  if (!decision.retry) {
    call.stop = decision.reason;
    return false;
  }
  const { delay } = decision;
  const waitAndGoOn = (): T | false | Promise<T> => {
    // The hook may have taken the time that the wait needs.
    if (delay >= timeLeft(call)) {
      call.stop = "total-timeout";
      return false;
    }
    letGo(call);
    call.previous = delay;
    // Where the gate is closed, the call waits there, together with the others.
    return closedFor > 0 && closedFor >= delay ? goOn() : settings.clock.sleep(delay, signal).then(goOn);
  };
  const told = tellOf(retries, onRetry, () => retryEvent(call, failed, delay), signal);
  return told ? Promise.resolve(told).then(waitAndGoOn) : waitAndGoOn();
}

const yes = (): true => true;

function decideOn<R extends ResponseLike>(call: Call<R>, failed: Failed, closedFor: number): Decision {
  const { face, settings, outcome, previous, member } = call;
  const { facts, verdict, attempts } = failed;
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
    closedFor,
    // Made here, and not where the call then waits: what a waiting call can reach is kept.
    pay: () => member?.pay(isThrottling(facts)) ?? true,
    random,
  });
}

function retryEvent<R extends ResponseLike>(call: Call<R>, failed: Failed, delay: number): RetryEvent {
  const { facts, verdict, attempts } = failed;
  const { because } = verdict;
  const { retryAfter } = facts;
  return withOutcome({ attempt: attempts, delay, because, retryAfter, elapsed: elapsed(call) }, call.outcome);
}

/** Not enumerable: a logger that prints an event must not print the URL that a response carries. */
function withOutcome<E extends object>(event: E, outcome: Outcome): E & { readonly outcome: Outcome } {
  return Object.defineProperty(event, "outcome", { value: outcome }) as E & { readonly outcome: Outcome };
}

function givenUp<R extends ResponseLike>(call: Call<R>, reason: StopReason): GivenUp<R> {
  const { failed, outcome, settings } = call;
  return { ...(failed as Failed), outcome, reason, settings };
}

function giveUpEvent(
  call: Timed,
  { attempts, reason, verdict, outcome }: GivenUp<ResponseLike>,
): GiveUpEvent {
  return withOutcome({ attempts, reason, because: verdict.because, elapsed: elapsed(call) }, outcome);
}

/** Disposes of the response in hand, and forgets all of the failure that is not to be the cause of a total timeout. */
function letGo<R extends ResponseLike>(call: Call<R>): void {
  const { outcome } = call;
  call.drain?.stop();
  const drain = dispose(responseOf(outcome));
  call.drain = drain;
  drain?.done.then(() => {
    if (call.drain === drain) call.drain = undefined;
  });
  call.outcome = NONE;
  if (call.settings.totalTimeout < Number.POSITIVE_INFINITY) call.lastError = outcome.error;
  else call.failed = undefined;
}

/** The response of an outcome; a thrown error may carry one, as those of ky, axios and many a hand-written check do. */
function responseOf({ response, error }: Outcome): unknown {
  return response ?? peek(error, "response");
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

// As AbortSignal.timeout rejects. With a name and a message of its own: those of a DOMException are its prototype's, and
// are lost where an error's own properties are copied, as between a queue's processes.
function timeoutError(message: string): DOMException {
  const name = "TimeoutError";
  return Object.defineProperties(new DOMException(message, name), {
    name: { value: name },
    message: { value: message },
  });
}
