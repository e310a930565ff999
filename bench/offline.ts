/** A peer without a network: its requests are answered by a function. */

import axios, { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";
import { axiosRetryPeer } from "./peers/axios-retry.ts";
import type { Peer, PeerOptions } from "./peers/peer.ts";

export type Respond = () => Promise<Response>;

/** One call, from the request to its result. */
export type Call = (signal?: AbortSignal) => Promise<unknown>;

/** Why some of them cannot be measured without a network. */
export const NEEDS_NETWORK = "makes its own requests";

/** The call of a peer; undefined for one that makes its requests itself, and takes neither a function nor a fetch. */
export function offline(peer: Peer, respond: Respond, options: Omit<PeerOptions, "fetch">): Call | undefined {
  if (peer.retrier) {
    const retry = peer.retrier(options);
    return (signal) => retry(respond, signal);
  }
  if (peer === axiosRetryPeer) axios.defaults.adapter = (config) => axiosResponse(config, respond);
  else if (!peer.takesFetch) return undefined;
  const client = peer.client({ ...options, fetch: respond });
  return (signal) => client.request("http://127.0.0.1/", signal && { signal });
}

async function axiosResponse(config: InternalAxiosRequestConfig, respond: Respond): Promise<AxiosResponse> {
  const answer = await respond();
  const { status, statusText } = answer;
  const data = answer.body && (await answer.text());
  const response = { status, statusText, data, headers: {}, config };
  if (status < 400) return response;
  const message = `Request failed with status code ${status}`;
  throw new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config, undefined, response);
}
