/** What every contender is used through: one shape for a package that retries functions and one that makes requests. */

export interface PeerOptions {
  readonly retries: number;
  /** What the waits start from, in ms: with a factor or jitter of its own, as each peer has them. */
  readonly delay: number;
  /** The longest that one attempt may take, in ms, for those whose `limitsAttempts` is true. */
  readonly attemptTimeout?: number;
  /** The longest that the whole call may take, in ms, for those that have a limit which ends a wait too. */
  readonly totalTimeout?: number;
  /** In place of the global one, for those whose `takesFetch` is true. */
  readonly fetch?: typeof fetch;
}

export interface PeerInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface PeerResponse {
  readonly status: number;
  text(): Promise<string>;
}

/** What an error tells of the response that it stands for. */
export interface PeerFailure {
  readonly status: number;
  /** Absent if the body is lost. */
  text?(): Promise<string>;
}

/** One that may be used for many requests, as its README would have it. */
export interface PeerClient {
  /** Resolves with whatever the peer resolves with, or rejects with whatever it rejects with. */
  request(url: string, init?: PeerInit): Promise<PeerResponse>;
  close?(): Promise<void>;
}

/** Calls the request until its response is no failure; hands each attempt a signal if that is how it limits its time. */
export type Retrier = (
  request: (attempt?: AbortSignal) => Promise<Response>,
  signal?: AbortSignal,
) => Promise<Response>;

export interface Peer {
  readonly name: string;
  /** What has to be installed for it. */
  readonly packages: readonly string[];
  /** What is set besides the number of retries and the base of the backoff. */
  readonly usage: string;
  /** Whether its requests go through a fetch that can be given to it. */
  readonly takesFetch: boolean;
  /** Whether an attempt that takes too long can be given up without giving up the call. */
  readonly limitsAttempts: boolean;
  /** What it is told: the whole request, the response alone, or only whether a function failed. */
  readonly knows: "requests" | "responses" | "outcomes";
  /** Whether it looks at Retry-After at all. */
  readonly obeysRetryAfter: boolean;
  /** Absent for one that makes the requests itself. */
  readonly retrier?: (options: PeerOptions) => Retrier;
  readonly client: (options: PeerOptions) => PeerClient;
  /** Reads its errors as its README shows: undefined for one that stands for no response. */
  readonly failure?: (error: unknown) => PeerFailure | undefined;
}

/** A client out of what retries any function: its requests are plain fetches. */
export function fetchThrough(retrier: (options: PeerOptions) => Retrier): Peer["client"] {
  return (options) => {
    const retry = retrier(options);
    const { fetch = globalThis.fetch, attemptTimeout } = options;
    return {
      request(url, init = {}) {
        const once = (attempt?: AbortSignal): Promise<Response> => {
          const signal = attempt ?? limited(attemptTimeout, init.signal);
          return fetch(url, fetchInit({ ...init, ...(signal && { signal }) }));
        };
        return retry(once, init.signal);
      },
    };
  };
}

/** A stream as a body needs `duplex`. */
export function fetchInit(init: PeerInit): RequestInit {
  return init.body instanceof ReadableStream ? { ...init, duplex: "half" } : { ...init };
}

/** As a user limits the time of one fetch. */
function limited(timeout: number | undefined, signal: AbortSignal | undefined): AbortSignal | undefined {
  if (timeout === undefined) return signal;
  const limit = AbortSignal.timeout(timeout);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}
