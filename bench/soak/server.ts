/** The soak's server, as the client sees it. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Seen } from "./server-process.ts";

export interface SoakServer {
  readonly url: string;
  look(): Promise<Seen>;
  /** Begins to count anew. */
  forget(): Promise<void>;
  /** Gives the exit code: not 0 if a step was wrong. */
  close(): Promise<number | null>;
}

export async function startSoakServer(seed: number): Promise<SoakServer> {
  const path = fileURLToPath(new URL("server-process.ts", import.meta.url));
  const child = fork(path, [String(seed)], { execArgv: [], serialization: "advanced" });
  const [url] = await once(child, "message");
  const ask = async (word: "look" | "forget"): Promise<Seen> => {
    child.send(word);
    const [seen] = await once(child, "message");
    return seen;
  };
  return {
    url,
    look: () => ask("look"),
    forget: async () => {
      await ask("forget");
    },
    async close() {
      child.disconnect();
      const [code] = await once(child, "exit");
      return code;
    },
  };
}
