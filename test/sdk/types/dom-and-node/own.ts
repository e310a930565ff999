export { retrying } from "../fetch.ts";
