/** The loop that documentation pages print for pasting, and our README too. */

import { fetchThrough, type Peer, type Retrier } from "./peer.ts";
import { worthRetrying } from "./status-error.ts";

const retrier =
  ({ retries, delay }: { retries: number; delay: number }): Retrier =>
  async (request) => {
    for (let retry = 0; ; retry++) {
      const response = await request();
      if (response.status < 400) return response;
      if (!worthRetrying(response.status)) throw new Error(`Request failed with status ${response.status}`);
      if (retry === retries) throw new Error("Max retries exceeded");
      await new Promise((wake) =>
        setTimeout(wake, Math.min(delay * 2 ** retry, 30_000) + Math.random() * delay),
      );
    }
  };

export const byHand: Peer = {
  name: "by hand",
  packages: [],
  usage: "the loop of the README, as it stands",
  takesFetch: true,
  limitsAttempts: true,
  knows: "responses",
  obeysRetryAfter: false,
  retrier,
  client: fetchThrough(retrier),
};
