/** One call of the demo: makes it, and keeps what happens to it. */

import { HttpError, type RetryOptions, type StopReason } from "../../src/index.ts";
import { seconds } from "./text.ts";

/** What a call is made with, so that it can be followed. */
export interface Tools extends Required<Pick<RetryOptions, "onRetry" | "onGiveUp">> {
  readonly fetch: typeof fetch;
}

/** Times are those of `performance.now()`. */
export interface Wait {
  readonly from: number;
  readonly delay: number;
  readonly because: string;
  /** What the server asked for, if it did. */
  readonly retryAfter: number | undefined;
}

export interface Result {
  readonly at: number;
  readonly success: boolean;
  /** In a word or two: `200`, `HttpError 402`. */
  readonly title: string;
  /** All that the error says; empty if there was none. */
  readonly message: string;
}

export class Call {
  readonly name: string;
  /** Told each event in words, as it happens. */
  onEvent: (text: string) => void = () => {};
  began = 0;
  readonly attempts: number[] = [];
  readonly waits: Wait[] = [];
  reason: StopReason | undefined;
  result: Result | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Resolves when the call is over, well or badly. */
  async follow(make: (tools: Tools) => Promise<Response>): Promise<void> {
    this.began = performance.now();
    try {
      this.#end(ofResponse(await make(this.#tools())));
    } catch (error) {
      this.#end(ofError(error));
    }
  }

  /** How long it took, or has taken so far. */
  get total(): number {
    return (this.result?.at ?? performance.now()) - this.began;
  }

  /** How long each wait was, or has been so far. */
  get waited(): number[] {
    const end = this.result?.at ?? performance.now();
    return this.waits.map(({ from }, i) => (this.attempts[i + 1] ?? end) - from);
  }

  #tools(): Tools {
    return {
      fetch: (input, init) => {
        this.attempts.push(performance.now());
        this.onEvent(`attempt ${this.attempts.length}`);
        return fetch(input, init);
      },
      onRetry: ({ delay, because, retryAfter }) => {
        const wait = { from: performance.now(), delay, because, retryAfter };
        this.waits.push(wait);
        this.onEvent(`waits ${inWords(wait)}`);
      },
      onGiveUp: ({ reason }) => {
        this.reason = reason;
      },
    };
  }

  #end(result: Omit<Result, "at">): void {
    this.result = { ...result, at: performance.now() };
    this.onEvent([`=> ${result.title}`, ...explanation(this)].join("; "));
  }
}

export function inWords({ delay, because, retryAfter }: Wait): string {
  const asked = retryAfter === undefined ? "" : `, as the server asks for ${seconds(retryAfter)}`;
  return `${seconds(delay)} because of ${because}${asked}`;
}

/** Why a call failed; nothing if it did not. */
export function explanation({ reason, result }: Call): string[] {
  return [reason ? `gave up: ${reason}` : "", result?.message ?? ""].filter(Boolean);
}

function ofResponse(response: Response): Omit<Result, "at"> {
  discard(response);
  return { success: response.status < 400, title: String(response.status), message: "" };
}

function ofError(error: unknown): Omit<Result, "at"> {
  if (error instanceof HttpError) {
    discard(error.response as Response);
    return { success: false, title: `HttpError ${error.status}`, message: error.message };
  }
  if (!(error instanceof Error)) return { success: false, title: "thrown", message: String(error) };
  const { cause } = error;
  const code = [error, cause].map((e) => (e as { code?: unknown } | undefined)?.code).find(isString);
  const said = [error.message, cause instanceof Error ? cause.message : ""].filter(Boolean);
  return { success: false, title: [error.name, code].filter(Boolean).join(" "), message: said.join(": ") };
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

// Only the status is shown, and a body without an end would keep the demo from its own.
function discard({ body }: Response): void {
  body?.cancel().catch(() => {});
}
