/** A pool for vitest whose thread outlives a run: to start a thread takes ten times as long as most runs do. */

import { type PoolRunnerInitializer, type PoolWorker, ThreadsPoolWorker } from "vitest/node";

type Options = ConstructorParameters<typeof ThreadsPoolWorker>[0];
type Message = Parameters<PoolWorker["send"]>[0];
type Listener = (message: unknown) => void;

// A run that took longer had a test that hung, and may have left something behind that goes on.
const LONG = 1_500;

/** The thread that waits for the next run. */
let idle: ThreadsPoolWorker | undefined;

/** To vitest each run has a worker of its own; `stop` never reaches the thread, and is answered here. */
class KeptThread implements PoolWorker {
  readonly name = "kept-thread";
  readonly #began = performance.now();
  readonly #listeners: [event: string, listener: Listener][] = [];
  readonly #kept = idle;
  readonly #thread: ThreadsPoolWorker;

  constructor(options: Options) {
    this.#thread = idle ?? new ThreadsPoolWorker(options);
    idle = undefined;
  }

  async start(): Promise<void> {
    if (!this.#kept) await this.#thread.start();
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) this.#thread.off(event, listener);
    if (performance.now() - this.#began > LONG) await this.#thread.stop();
    else idle = this.#thread;
  }

  send(message: Message): void {
    if (message.type !== "stop") this.#thread.send(message);
    else
      for (const tell of this.#hearing("message"))
        tell({ type: "stopped", __vitest_worker_response__: true });
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener]);
    this.#thread.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#thread.off(event, listener);
  }

  #hearing(event: string): Listener[] {
    return this.#listeners.filter(([name]) => name === event).map(([, listener]) => listener);
  }

  deserialize(data: unknown): unknown {
    return data;
  }
}

export const keptThread: PoolRunnerInitializer = {
  name: "kept-thread",
  createPoolWorker: (options) => new KeptThread(options),
};
