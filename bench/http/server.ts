/** A process of its own that answers `/share/bytes`: so large a share of the requests with a 503 of so many bytes. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomFrom } from "../simulation/random.ts";

let connections = 0;
// The same for everybody. (An even share would meet those calls again and again that are in step with it.)
const random = randomFrom(1);

const server = createServer((request, response) => {
  const path = request.url as string;
  if (path === "/connections") {
    response.setHeader("connection", "close");
    // Without the one that asks.
    response.end(String(connections - 1));
    return;
  }
  const [, share, bytes] = path.split("/").map(Number) as [number, number, number];
  const fails = random() < share;
  response.statusCode = fails ? 503 : 200;
  response.end(fails ? "x".repeat(bytes) : "ok");
});
server.keepAliveTimeout = 60_000;
server.on("connection", () => connections++);
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
