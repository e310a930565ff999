// What a case is, and what it is given.

import type { SeenRequest, Step } from "../server/loopback-server.ts";

export type RuntimeName =
  | "Node 22.0"
  | "Node 22"
  | "Node 24"
  | "Node 26"
  | "Deno 2"
  | "Bun 1"
  | "workerd"
  | "Chromium"
  | "Firefox";

export interface Case<Context = CaseContext> {
  readonly name: string;
  readonly run: (context: Context) => Promise<void>;
  /** Where it cannot hold. It is run there all the same, and must fail. */
  readonly cannot?: readonly Cannot[];
}

export interface Cannot {
  readonly in: readonly RuntimeName[];
  readonly because: string;
  /** What its failure says there. */
  readonly failsWith: RegExp;
}

export interface CaseContext {
  /** A loopback server for this case alone. */
  readonly server: RemoteServer;
  /** Puts down what the runtime's fetch threw. */
  readonly note: (failure: string, error: unknown) => void;
}

/** A loopback server in the process that started the runtime. */
export interface RemoteServer {
  readonly url: string;
  /** Nothing listens there. */
  readonly refusedUrl: string;
  /** How the requests from now on are answered: the steps in order, the last one for ever. */
  play(...steps: Step[]): Promise<void>;
  /** What it has seen so far. */
  seen(): Promise<Seen>;
  /** Waits until every request was answered in full, or its connection is gone; rejects after 3 s. */
  idle(): Promise<void>;
}

export interface Seen {
  /** Without those that a browser asks by itself (CORS preflights). */
  readonly requests: readonly (Omit<SeenRequest, "body"> & { readonly body: string })[];
  readonly connections: number;
  readonly openConnections: number;
  readonly bytesSent: number;
}

export interface Result {
  readonly name: string;
  /** Absent if it passed. */
  readonly failure?: string;
}

/** What a runtime says when it has run all cases. */
export interface Report {
  readonly results: readonly Result[];
  /** What its fetch threw, by failure. */
  readonly thrown: Readonly<Record<string, string>>;
}
