// The suite in workerd: it comes in as a request, as work does there.

import { runCases } from "./run-cases.ts";

export default {
  async fetch(_request: Request, { CONTROL }: { CONTROL: string }): Promise<Response> {
    await runCases(CONTROL);
    return new Response("done");
  },
};
