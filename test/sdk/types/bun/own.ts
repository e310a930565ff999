import { retrying } from "../fetch.ts";

retrying.preconnect("https://example.com");
retrying("https://example.com", { proxy: "http://127.0.0.1", verbose: true });
