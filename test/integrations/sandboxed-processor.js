// A processor that BullMQ runs in a process of its own. The error is what requestWithRetry rejects with.

export default async function processor(job) {
  const properties = {
    status: job.data.status,
    attempts: 1,
    reason: job.data.reason,
    retryAfter: job.data.retryAfter,
  };
  throw Object.assign(new Error("from the sandbox"), properties);
}
