import type { Dispatcher } from "undici-types";
import { retrying } from "../fetch.ts";

declare const dispatcher: Dispatcher;
retrying("https://example.com", { dispatcher, duplex: "half" });
