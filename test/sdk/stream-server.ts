// A server on 127.0.0.1 that says 503 first, and then sends a body in the pieces, and at the times, it is told.

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StreamServer extends AsyncDisposable {
  readonly url: string;
  send(chunk: string): void;
  end(): void;
}

export async function startStream(contentType: string): Promise<StreamServer> {
  const { promise: streaming, resolve } = Promise.withResolvers<ServerResponse>();
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (++requests === 1) response.writeHead(503).end();
    else resolve(response.writeHead(200, { "content-type": contentType }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: async (chunk) => (await streaming).write(chunk),
    end: async () => (await streaming).end(),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
