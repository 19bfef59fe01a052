/** What `work` resolves to; rejects when that takes longer than `deadlineMs`. The work itself goes on. */
export async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    deadline.reject(new Error(`no answer within ${deadlineMs} ms`));
  }, deadlineMs);
  try {
    return await Promise.race([work, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
