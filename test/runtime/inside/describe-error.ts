// A thrown value in one line: name, message and code, and those of its causes.

export function describeError(error: unknown): string {
  if (typeof error !== "object" || error === null) return `${typeof error} ${String(error)}`;
  const { name, message, code, cause } = error as {
    name?: string;
    message?: string;
    code?: unknown;
    cause?: unknown;
  };
  const words = `${name}: ${message}`.replace(/\b127\.0\.0\.1:\d+/g, "127.0.0.1");
  const own = typeof code === "string" ? `${words} (${code})` : words;
  return cause === undefined ? own : `${own} <- ${describeError(cause)}`;
}
