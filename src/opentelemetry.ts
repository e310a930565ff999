/** Both faces with OpenTelemetry: a span for each call, an event for each retry and each wait at a gate, and metrics. */

import {
  type Attributes,
  type Counter,
  context,
  createContextKey,
  type Histogram,
  type MeterProvider,
  metrics,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { Attempt } from "./attempt.ts";
import type { Outcome, ResponseLike } from "./http/outcome.ts";
import { peek, peekString } from "./http/peek.ts";
import { clockOf, type FetchRetryOptions, type RetryOptions } from "./options.ts";
import { checkMethods, wrongType } from "./policy/invalid.ts";
import { requestWithRetry as plainRequest } from "./request-with-retry.ts";
import { checkOptions } from "./validate.ts";
import { type FetchLike, fetchWithRetry, withRetry as plainFetch } from "./with-retry.ts";

/** What both faces take here, besides their own options. */
export interface TelemetryOptions {
  /** The name of the span: one of few. Default `GET with retry`, or `request with retry` where no method is known. */
  readonly spanName?: string | undefined;
  /** For the span and for all metrics: `{ "server.address": "api.example.com" }`, say, where no URL is known. */
  readonly attributes?: Attributes | undefined;
  /** Default the global one, as it stands at each call. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default the global one, as it stands at each call. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * `requestWithRetry` of the main entry, traced and counted.
 *
 * It knows no URL and no method: say in `spanName` and `attributes` what is called. The context of the span is active
 * while `request` and the hooks run, so that what they trace themselves are its children.
 *
 * @param request As for the main entry.
 * @param options As for the main entry, and {@link TelemetryOptions}.
 * @returns As of the main entry.
 *
 * @example
 * ```ts
 * import { requestWithRetry } from "request-with-retry/opentelemetry";
 *
 * const response = await requestWithRetry(() => fetch("https://api.example.com/flaky"), {
 *   spanName: "list models",
 *   attributes: { "server.address": "api.example.com" },
 * });
 * response.status; // => 200
 * ```
 */
export function requestWithRetry<R extends ResponseLike>(
  request: (attempt: Attempt) => R | PromiseLike<R>,
  options: (RetryOptions & TelemetryOptions) | number = {},
): Promise<R> {
  try {
    if (typeof request !== "function") throw wrongType("request", "a function", request);
    const given: RetryOptions & TelemetryOptions =
      typeof options === "number" ? { maxRetries: options } : options;
    checkOptions(given);
    checkTelemetry(given);
    const own = copied(given);
    return observe(own, "request with retry", {}, (send, hooks) =>
      plainRequest((attempt) => send(() => request(attempt)), { ...own, ...hooks }),
    );
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * `withRetry` of the main entry, traced and counted.
 *
 * Of the URL only its host, its port and its scheme are recorded.
 *
 * @param fetch As for the main entry.
 * @param options As for the main entry, and {@link TelemetryOptions}.
 * @returns As of the main entry.
 *
 * @example
 * ```ts
 * import { withRetry } from "request-with-retry/opentelemetry";
 *
 * const retryingFetch = withRetry(fetch, { maxRetries: 3 });
 * const response = await retryingFetch("https://api.example.com/flaky");
 * response.status; // => 200
 * ```
 */
export function withRetry<F extends FetchLike>(
  fetch: F,
  options: FetchRetryOptions & TelemetryOptions = {},
): F {
  // Checks the options, and has the properties of `fetch`.
  const plain = plainFetch(fetch, options);
  checkTelemetry(options);
  const own = copied(options);
  const traced = (input: unknown, init?: unknown, ...rest: unknown[]): Promise<ResponseLike> => {
    try {
      const method = methodOf(input, init);
      const known = { "http.request.method": method, ...serverOf(input) };
      return observe(own, `${method === OTHER ? "HTTP" : method} with retry`, known, (send, hooks) =>
        fetchWithRetry((now, sent) => send(() => fetch(now, sent, ...rest)), input, init, {
          ...own,
          ...hooks,
        }),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return Object.defineProperties(traced, Object.getOwnPropertyDescriptors(plain)) as unknown as F;
}

/**
 * `http.request.resend_count` of the attempt under way, for the spans that an HTTP instrumentation makes of attempts;
 * nothing for a first attempt, and outside of a call.
 *
 * @returns Attributes for a span.
 *
 * @example
 * ```ts
 * import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
 * import { resendAttributes } from "request-with-retry/opentelemetry";
 *
 * const instrumentation = new UndiciInstrumentation({ startSpanHook: resendAttributes });
 * ```
 */
export function resendAttributes(): Attributes {
  const resends = context.active().getValue(RESENDS) as number | undefined;
  return resends ? { "http.request.resend_count": resends } : {};
}

const RESENDS: symbol = /* @__PURE__ */ createContextKey("request-with-retry resends");
const SCOPE = "request-with-retry";
const OTHER = "_OTHER";

type Hooks = Required<Pick<RetryOptions, "onRetry" | "onGiveUp" | "onCooldown">>;
type Observed = Pick<RetryOptions, keyof Hooks | "clock"> & TelemetryOptions;

/** Runs a call in a span of its own. `send` is to make each attempt, `hooks` are to be called. */
function observe<R extends ResponseLike>(
  options: Observed,
  name: string,
  known: Attributes,
  call: (send: <T>(request: () => T) => T, hooks: Hooks) => Promise<R>,
): Promise<R> {
  const attributes = { ...known, ...options.attributes };
  const instruments = instrumentsOf(options.meterProvider ?? metrics.getMeterProvider());
  const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE);
  const outer = context.active();
  // Not of kind CLIENT: that is what each attempt is, and a backend that counts requests counts those.
  const span = tracer.startSpan(options.spanName ?? name, { kind: SpanKind.INTERNAL, attributes }, outer);
  const inner = trace.setSpan(outer, span);
  const clock = clockOf(options);
  let attempts = 0;
  let waited = 0;
  let waitingSince: number | undefined;
  let failure: Attributes | undefined;

  const wait = (): void => {
    waitingSince ??= clock.now();
  };
  const go = (): void => {
    if (waitingSince !== undefined) waited += clock.now() - waitingSince;
    waitingSince = undefined;
  };
  const send = <T>(request: () => T): T => {
    go();
    return context.with(inner.setValue(RESENDS, attempts++), request);
  };
  const hooks: Hooks = {
    async onRetry(event) {
      const failed = failureOf(event.because, event.outcome);
      span.addEvent("retry", { ...waitOf(event), ...failed });
      instruments.retries.add(1, { ...attributes, ...failed }, inner);
      await options.onRetry?.(event);
      wait();
    },
    async onCooldown(event) {
      go();
      span.addEvent("cooldown", waitOf(event));
      await options.onCooldown?.(event);
      wait();
    },
    onGiveUp(event) {
      go();
      failure = { ...failureOf(event.because, event.outcome), "request_with_retry.reason": event.reason };
      instruments.giveUps.add(1, { ...attributes, ...failure }, inner);
      return options.onGiveUp?.(event);
    },
  };
  const end = (result: Attributes): void => {
    go();
    const type = result["error.type"];
    span.setAttributes(attempts > 1 ? { ...result, "http.request.resend_count": attempts - 1 } : result);
    if (type !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    instruments.attempts.record(
      attempts,
      type === undefined ? attributes : { ...attributes, "error.type": type },
      inner,
    );
    if (waited > 0) instruments.waits.record(waited / 1000, attributes, inner);
    span.end();
  };
  return context
    .with(inner, async () => call(send, hooks))
    .then(
      (response) => {
        end(failure ?? statusOf(response));
        return response;
      },
      (error) => {
        end(failure ?? { "error.type": asType(peekString(error, "name")) });
        throw error;
      },
    );
}

interface Instruments {
  readonly retries: Counter;
  readonly giveUps: Counter;
  readonly attempts: Histogram;
  readonly waits: Histogram;
}

const made: WeakMap<MeterProvider, Instruments> = /* @__PURE__ */ new WeakMap();

function instrumentsOf(provider: MeterProvider): Instruments {
  const known = made.get(provider);
  if (known) return known;
  const meter = provider.getMeter(SCOPE);
  const instruments: Instruments = {
    retries: meter.createCounter("request_with_retry.retries", {
      unit: "{retry}",
      description: "Retries, by what made them necessary.",
    }),
    giveUps: meter.createCounter("request_with_retry.give_ups", {
      unit: "{call}",
      description: "Calls that ended with a failure, by why it was not retried, or not again.",
    }),
    attempts: meter.createHistogram("request_with_retry.attempts", {
      unit: "{attempt}",
      description: "Attempts of each call.",
      advice: { explicitBucketBoundaries: [1, 2, 3, 4, 5, 6, 8, 12, 24] },
    }),
    waits: meter.createHistogram("request_with_retry.wait.duration", {
      unit: "s",
      description: "Time that a call spent waiting, before retries and at the gate of a cooldown.",
      advice: { explicitBucketBoundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900] },
    }),
  };
  made.set(provider, instruments);
  return instruments;
}

function checkTelemetry({ spanName, attributes, tracerProvider, meterProvider }: TelemetryOptions): void {
  if (spanName !== undefined && typeof spanName !== "string")
    throw wrongType("spanName", "a string", spanName);
  if (attributes !== undefined && (typeof attributes !== "object" || attributes === null))
    throw wrongType("attributes", "an object", attributes);
  if (tracerProvider !== undefined)
    checkMethods("tracerProvider", tracerProvider, "a TracerProvider", ["getTracer"]);
  if (meterProvider !== undefined)
    checkMethods("meterProvider", meterProvider, "a MeterProvider", ["getMeter"]);
}

/** With what they inherit, for that was checked too. */
function copied<O extends object>(options: O): O {
  const copy = {} as O;
  for (const name in options) copy[name] = options[name];
  return copy;
}

function waitOf({ attempt, delay }: { readonly attempt: number; readonly delay: number }): Attributes {
  return { "request_with_retry.attempt": attempt, "request_with_retry.delay": delay / 1000 };
}

function failureOf(because: string, { response }: Outcome): Attributes {
  return { ...statusOf(response), "error.type": asType(because) };
}

function statusOf(response: unknown): Attributes {
  const status = peek(response, "status");
  return typeof status === "number" ? { "http.response.status_code": status } : {};
}

// A code or the name of a class. No other text: it could be anything, a URL too.
function asType(name: string | undefined): string {
  return name !== undefined && /^[\w.:-]{1,64}$/.test(name) ? name : OTHER;
}

// RFC 9110, section 9.3; RFC 5789; draft-ietf-httpbis-safe-method-w-body.
const METHODS = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

function methodOf(input: unknown, init: unknown): string {
  const method = String(peek(init, "method") ?? peek(input, "method") ?? "GET").toUpperCase();
  return METHODS.includes(method) ? method : OTHER;
}

const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** Neither credentials, nor the path, the query or the fragment: each may be a secret, as webhooks' paths are. */
function serverOf(input: unknown): Attributes {
  const url = peekString(input, "url") ?? String(input);
  if (!URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port) || PORTS[protocol];
  return {
    "url.scheme": protocol.slice(0, -1),
    ...(hostname && { "server.address": hostname }),
    ...(number && { "server.port": number }),
  };
}
