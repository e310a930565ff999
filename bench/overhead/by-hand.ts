/** The loop that documentation pages print for pasting: what everything else here is held against. */

type Sleep = (ms: number) => Promise<void>;

const timer: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function requestByHand(
  request: () => Promise<Response>,
  maxRetries: number = 5,
  sleep: Sleep = timer,
): Promise<Response> {
  for (let retry = 0; retry <= maxRetries; retry++) {
    const response = await request();
    if (response.ok) return response;
    if (response.status !== 429 && response.status < 500) {
      throw new Error(`Request failed with status ${response.status}`);
    }
    if (retry < maxRetries) await sleep(Math.min(1000 * 2 ** retry, 30000) + Math.random() * 1000);
  }
  throw new Error("Max retries exceeded");
}
