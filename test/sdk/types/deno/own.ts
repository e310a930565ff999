import { retrying } from "../fetch.ts";

retrying("https://example.com", { client: Deno.createHttpClient({}) });
