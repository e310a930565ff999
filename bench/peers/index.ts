/** Everyone that this package is held against, and the two faces of it. */

import { asyncRetry } from "./async-retry.ts";
import { axiosRetryPeer } from "./axios-retry.ts";
import { byHand } from "./by-hand.ts";
import { cockatiel } from "./cockatiel.ts";
import { esToolkit } from "./es-toolkit.ts";
import { exponentialBackoff } from "./exponential-backoff.ts";
import { fetchRetryPeer } from "./fetch-retry.ts";
import { ffetch } from "./ffetch.ts";
import { gotPeer } from "./got.ts";
import { kyPeer } from "./ky.ts";
import { ofetchPeer } from "./ofetch.ts";
import { pRetryPeer } from "./p-retry.ts";
import type { Peer } from "./peer.ts";
import { ourFetch, ourFunction } from "./request-with-retry.ts";
import { undici } from "./undici.ts";
import { wretchPeer } from "./wretch.ts";

export const ours: readonly Peer[] = [ourFunction, ourFetch];

export const others: readonly Peer[] = [
  byHand,
  pRetryPeer,
  asyncRetry,
  exponentialBackoff,
  cockatiel,
  esToolkit,
  kyPeer,
  gotPeer,
  axiosRetryPeer,
  fetchRetryPeer,
  ofetchPeer,
  wretchPeer,
  ffetch,
  undici,
];

export const peers: readonly Peer[] = [...ours, ...others];
