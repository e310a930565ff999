/** What every contender is used through: one shape for a package that retries functions and one that makes requests. */

export interface PeerOptions {
  readonly retries: number;
  /** What the waits start from, in ms: with `factor` or jitter of its own, as each peer has them. */
  readonly delay: number;
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

/** One that may be used for many requests, as its README would have it. */
export interface PeerClient {
  /** Resolves with whatever the peer resolves with, or rejects with whatever it rejects with. */
  request(url: string, init?: PeerInit): Promise<PeerResponse>;
  close?(): Promise<void>;
}

/** Calls the request until its response is no failure. */
export type Retrier = (request: () => Promise<Response>, signal?: AbortSignal) => Promise<Response>;

export interface Peer {
  readonly name: string;
  /** What has to be installed for it. */
  readonly packages: readonly string[];
  /** Whether its requests go through a fetch that can be given to it. */
  readonly takesFetch: boolean;
  /** What it is told: the whole request, the response alone, or only whether a function failed. */
  readonly knows: "requests" | "responses" | "outcomes";
  /** Absent for one that makes the requests itself. */
  readonly retrier?: (options: PeerOptions) => Retrier;
  readonly client: (options: PeerOptions) => PeerClient;
  /** The response that an error of it stands for, the way its README shows; undefined for any other error. */
  readonly failure?: (error: unknown) => PeerResponse | undefined;
}

/** A client out of what retries any function: its requests are plain fetches. */
export function fetchThrough(retrier: (options: PeerOptions) => Retrier): Peer["client"] {
  return (options) => {
    const retry = retrier(options);
    const { fetch = globalThis.fetch } = options;
    return { request: (url, init = {}) => retry(() => fetch(url, fetchInit(init)), init.signal) };
  };
}

/** A stream as a body needs `duplex`. */
export function fetchInit(init: PeerInit): RequestInit {
  return init.body instanceof ReadableStream ? { ...init, duplex: "half" } : { ...init };
}
