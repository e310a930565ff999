// Makes loopback servers for a suite that runs in another process, and takes its report.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type LoopbackServer,
  refusedUrl,
  type Script,
  type Step,
  startServer,
} from "../server/loopback-server.ts";
import type { Report, Seen } from "./case.ts";

export interface ControlServer {
  readonly url: string;
  /** What the suite has to say at its end. */
  readonly report: Promise<Report>;
  close(): Promise<void>;
}

// For browsers: the suite's page is of another origin than the servers.
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "*",
  "cache-control": "no-store",
};
const PREFLIGHT = {
  ...CORS,
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-max-age": "600",
};

/** `page` is the JavaScript of the page that it serves. */
export async function startControl(page: string): Promise<ControlServer> {
  const servers = new Map<string, LoopbackServer>();
  const reported = Promise.withResolvers<Report>();

  const routes: Record<string, (id: string, body: any) => unknown> = {
    "POST /servers": async () => {
      const server = await startServer(withCors([]));
      const id = String(servers.size);
      servers.set(id, server);
      return { id, url: server.url, refusedUrl: await refusedUrl() };
    },
    "POST /play": (id, steps: Step[]) => found(id).setScript(withCors(steps)),
    "POST /seen": (id) => seenBy(found(id)),
    "POST /idle": (id) => found(id).idle(3000),
    "POST /close": (id) => found(id).close(),
    "POST /report": (_id, report: Report) => reported.resolve(report),
  };

  function found(id: string): LoopbackServer {
    const server = servers.get(id);
    if (!server) throw new Error(`no server ${id}`);
    return server;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url as string, "http://localhost");
    if (pathname === "/page") return send(response, "text/html", "<!doctype html>");
    if (pathname === "/page.js") return send(response, "text/javascript", page);
    const route = routes[`${request.method} ${pathname}`];
    if (!route) return void response.writeHead(404).end();
    try {
      const body = Buffer.concat(await request.toArray()).toString();
      const result = await route(searchParams.get("id") ?? "", body && JSON.parse(body));
      send(response, "application/json", JSON.stringify(result ?? null));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report: reported.promise,
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all(Array.from(servers.values(), (one) => one.close()));
    },
  };
}

function send(response: ServerResponse, type: string, content: string): void {
  response.writeHead(200, { "content-type": type }).end(content);
}

/** The steps in order, the last one for ever; preflights are answered aside. */
function withCors(steps: Step[]): Script {
  let turn = 0;
  return (request) => {
    if (isPreflight(request)) return { status: 204, headers: PREFLIGHT };
    const step = steps[Math.min(turn++, steps.length - 1)];
    return { ...step, headers: { ...CORS, ...step?.headers } };
  };
}

function isPreflight({ method, headers }: LoopbackServer["requests"][number]): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

function seenBy({ requests, connections, openConnections, bytesSent }: LoopbackServer): Seen {
  return {
    requests: requests
      .filter((request) => !isPreflight(request))
      .map((request) => ({ ...request, body: request.body.toString() })),
    connections,
    openConnections,
    bytesSent,
  };
}
