/** The same verdicts and the same waits for the jobs of a BullMQ queue, where work outlives its process. */

import { readFacts } from "./http/facts.ts";
import { peek, peekString } from "./http/peek.ts";
import type { RetryOptions } from "./options.ts";
import { classify, type Facts, type Verdict } from "./policy/classify.ts";
import type { CodeTable } from "./policy/codes.ts";
import { type Decision, decide } from "./policy/decide.ts";
import { wrongType } from "./policy/invalid.ts";
import { checkOptions } from "./validate.ts";

/** How a job is retried. How often is said by its own `attempts`. */
export interface JobRetryOptions extends Pick<RetryOptions, "codes" | "random"> {
  /**
   * As in the options of a call. (With `"decorrelated"` jitter each wait is drawn as the first one is, for a job does
   * not know its last wait.)
   */
  readonly backoff?: RetryOptions["backoff"];
  /** A server that asks for a longer wait is refusing: the job fails. Default 86400000, a day, for a queue can wait. */
  readonly maxRetryAfter?: number | undefined;
}

/** Any processor of BullMQ. */
export type ProcessorLike = (job: any, token?: string, signal?: AbortSignal) => Promise<any>;

/**
 * Gives back a processor whose failures are judged as those of a request are.
 *
 * - What another try cannot mend is thrown as an `UnrecoverableError`, with the error itself as its `cause`: the job
 *   fails at once.
 * - Where the server named a wait, the job is delayed for at least as long, or by its own fixed or exponential
 *   `backoff` where that is longer.
 * - Else the job's own `backoff` holds, or that of the options where it has none.
 *
 * Each failure uses up one of the job's `attempts`, waits of the server included. What BullMQ itself throws through a
 * processor (a `DelayedError`, say), and the failure of a job that was cancelled, are left alone.
 *
 * A processor in a file of its own (a sandbox) cannot delay its job by this: use {@link createBackoffStrategy} for that.
 *
 * @param processor What works on a job.
 * @param options How to retry.
 * @returns A processor of the same type.
 * @throws {TypeError} An option is of the wrong type, or `processor` is no function.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { Worker } from "bullmq";
 * import { requestWithRetry } from "request-with-retry";
 * import { withJobRetry } from "request-with-retry/bullmq";
 *
 * const processor = withJobRetry(async (job) => {
 *   const response = await requestWithRetry(() => fetch("https://api.example.com/flaky"), 1);
 *   return response.status;
 * });
 * const worker = new Worker("webhooks", processor, { connection: { host: "127.0.0.1", port: 6379 } });
 * ```
 */
export function withJobRetry<P extends ProcessorLike>(processor: P, options: JobRetryOptions = {}): P {
  if (typeof processor !== "function") throw wrongType("processor", "a function", processor);
  checkOptions(options, "an object");
  const process: ProcessorLike = async (job, token, signal) => {
    try {
      return await processor(job, token, signal);
    } catch (error) {
      if (isOfBullMQ(error) || signal?.aborted) throw error;
      const { decision, named } = await judge(error, job.attemptsMade, options);
      if (!decision.retry) throw unrecoverable(decision.reason, error);
      // BullMQ asks the job that failed for its backoff. So the delay is its own: it counts the attempt, keeps the reason
      // and moves the job in one step, which job.moveToDelayed() does not, and that one can go on for ever.
      const delay = Math.ceil(decision.delay);
      if (!job.opts.backoff || (named && leastDelay(job) < delay))
        job.opts.backoff = { type: "fixed", delay };
      throw error;
    }
  };
  // BullMQ makes a signal only for a processor that takes three arguments.
  return Object.defineProperty(process, "length", { value: processor.length }) as P;
}

/**
 * Makes a `settings.backoffStrategy` of a worker, for jobs with `backoff: { type: "custom" }`: the same verdicts and the
 * same waits. A job that another try cannot mend fails at once.
 *
 * @param options How to retry.
 * @returns A strategy: it gives the wait in milliseconds, or -1 for none.
 * @throws {TypeError} An option is of the wrong type.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { Worker } from "bullmq";
 * import { createBackoffStrategy } from "request-with-retry/bullmq";
 *
 * const processor = async () => {
 *   const response = await fetch("https://api.example.com/ok");
 *   return response.status;
 * };
 * const worker = new Worker("webhooks", processor, {
 *   connection: { host: "127.0.0.1", port: 6379 },
 *   settings: { backoffStrategy: createBackoffStrategy({ codes: { 409: true } }) },
 * });
 * ```
 */
export function createBackoffStrategy(
  options: JobRetryOptions = {},
): (attemptsMade: number, type?: string, error?: unknown) => Promise<number> {
  checkOptions(options, "an object");
  return async (attemptsMade, _type, error) => {
    const { decision } = await judge(error, attemptsMade - 1, options);
    return decision.retry ? Math.ceil(decision.delay) : -1;
  };
}

/** The least that BullMQ would make of the job's own backoff; 0 for one that only the worker's strategy knows. */
function leastDelay({ opts: { backoff }, attemptsMade }: Parameters<ProcessorLike>[0]): number {
  const { type = "fixed", delay = backoff, jitter = 0 } = Object(backoff);
  const longest = type === "exponential" ? delay * 2 ** attemptsMade : delay;
  const least = longest * (1 - jitter);
  return /^(?:fixed|exponential)$/.test(type) && Number.isFinite(least) ? least : 0;
}

interface Judgement {
  readonly decision: Decision;
  /** Whether the server named a wait. */
  readonly named: boolean;
}

/** What comes of an error that a job failed with after so many retries. */
async function judge(error: unknown, retry: number, options: JobRetryOptions): Promise<Judgement> {
  const { codes, backoff = {}, maxRetryAfter = 86_400_000, random = Math.random } = options;
  const facts = await readFacts({ error }, { now: Date.now() });
  const { retryable, because } = verdictOn(error, facts, codes);
  const serverWait = Math.max(facts.retryAfter ?? 0, waitOf(error));
  const retryAfter = serverWait > 0 ? serverWait : undefined;
  const context = { previous: undefined, retryAfter, because, outcome: { error } };
  const decision = decide({
    refusal: retryable ? undefined : "not-retryable",
    retry,
    backoff: typeof backoff === "function" ? (number) => backoff(number, context) : backoff,
    previous: undefined,
    serverWait,
    maxRetryAfter,
    timeLeft: Number.POSITIVE_INFINITY,
    closedFor: 0,
    pay: () => true,
    random,
  });
  return { decision, named: serverWait > 0 };
}

/** An HttpError brings the verdict of its call; only what `codes` says here has more weight. */
function verdictOn(error: unknown, facts: Facts, codes: CodeTable = {}): Verdict {
  const verdict = classify(facts, codes);
  const { because } = verdict;
  const listed = Object.hasOwn(codes, because) || Object.hasOwn(codes, `${because[0]}xx`);
  if (listed || !isHttpError(error)) return verdict;
  return { retryable: peek(error, "reason") !== "not-retryable", because };
}

// By its shape: one that comes from a sandbox has lost its class and its name.
function isHttpError(error: unknown): boolean {
  return (
    typeof peek(error, "status") === "number" &&
    typeof peek(error, "attempts") === "number" &&
    peekString(error, "reason") !== undefined
  );
}

/** What an HttpError has read from the error body. */
function waitOf(error: unknown): number {
  const wait = isHttpError(error) ? peek(error, "retryAfter") : undefined;
  return Number.isFinite(wait) ? (wait as number) : 0;
}

// How a processor tells BullMQ that the job is to go somewhere else. It, too, looks at names and messages.
function isOfBullMQ(error: unknown): boolean {
  const name = String(peekString(error, "name"));
  return (
    /^(?:Delayed|Unrecoverable|Waiting|WaitingChildren)Error$/.test(name) ||
    peekString(error, "message")?.startsWith("bullmq:") === true
  );
}

/** BullMQ knows it by its name. Its stack is where the job failed, for that is what BullMQ stores. */
function unrecoverable(reason: string, cause: unknown): Error {
  const error = new Error(`${reason}: ${peekString(cause, "message") ?? typeof cause}`, { cause });
  const stack = peekString(cause, "stack") ?? error.stack;
  return Object.defineProperties(error, {
    name: { value: "UnrecoverableError" },
    stack: { value: stack },
  });
}
