/** What a case has in hand: real calls of one peer to servers of their own, each bounded in time. */

import { setTimeout as sleep } from "node:timers/promises";
import { type LoopbackServer, type Script, startServer } from "../../test/server/loopback-server.ts";
import type { Peer, PeerClient, PeerInit, PeerOptions, PeerResponse } from "../peers/peer.ts";

interface CallOptions extends PeerInit, Partial<PeerOptions> {
  /** Comes after the server's address. */
  readonly path?: string;
  /** A call that has not ended after so many ms is left to itself: 5000 by default. */
  readonly patience?: number;
}

/** How a call came out: with neither it has not ended in time. */
export interface Ending {
  readonly response?: PeerResponse;
  readonly error?: unknown;
  /** performance.now(). */
  readonly at: number;
}

interface Call {
  readonly server: LoopbackServer;
  readonly ending: Promise<Ending>;
}

export interface Trial extends AsyncDisposable {
  readonly peer: Peer;
  /** Sends a request to a new server, and does not wait for its end. */
  begin(script: Script, options?: CallOptions): Promise<Call>;
  /** The same, to the end. */
  call(script: Script, options?: CallOptions): Promise<{ server: LoopbackServer; ending: Ending }>;
  /** Sends a request to any URL. */
  request(url: string, options?: CallOptions): Promise<Ending>;
}

export function startTrial(peer: Peer): Trial {
  const clients: PeerClient[] = [];
  const servers: LoopbackServer[] = [];

  function request(url: string, options: CallOptions = {}): Promise<Ending> {
    const {
      retries = 2,
      delay = 10,
      attemptTimeout,
      totalTimeout,
      fetch,
      path,
      patience = 5000,
      ...init
    } = options;
    const client = peer.client({
      retries,
      delay,
      ...(attemptTimeout && { attemptTimeout }),
      ...(totalTimeout && { totalTimeout }),
      ...(fetch && { fetch }),
    });
    clients.push(client);
    const ending = client.request(url, init).then(
      (response) => ({ response, at: performance.now() }),
      (error: unknown) => ({ error, at: performance.now() }),
    );
    return within(patience, ending);
  }

  async function begin(script: Script, options: CallOptions = {}): Promise<Call> {
    const server = await startServer(script);
    servers.push(server);
    return { server, ending: request(`${server.url}${options.path ?? "/"}`, options) };
  }

  return {
    peer,
    request,
    begin,
    async call(script, options) {
      const { server, ending } = await begin(script, options);
      return { server, ending: await ending };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.close()));
      await Promise.all(clients.map((client) => client.close?.()));
    },
  };
}

/** Leaves no timer behind, as some cases count them. */
async function within(ms: number, ending: Promise<Ending>): Promise<Ending> {
  const controller = new AbortController();
  const { signal } = controller;
  const late = sleep(ms, undefined, { signal }).then(() => ({ at: performance.now() }));
  try {
    return await Promise.race([ending, late]);
  } finally {
    late.catch(() => {});
    controller.abort();
  }
}
