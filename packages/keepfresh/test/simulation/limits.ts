/** Timeouts of every simulated cache, in milliseconds. */
export const timeouts = { remote: 100, invalidate: 400, wait: 1_500, lease: 800 } as const;

/** How long a load of another process is waited for. */
export const waitMs: number = timeouts.wait;

export const loadTimeoutMs = 2_000;

/** First pause after a failed refresh, where a plan has one; the longest is 32 times that. */
export const retryAfterMs = 300;
export const longestPauseMs: number = 32 * retryAfterMs;

/** Longest mutation: it and its marker end then. */
export const mutationTimeoutMs = 3_000;

/** No call takes longer than this, unless its process is stopped. */
export const longestCallMs: number = 2 * (4 * timeouts.remote + timeouts.wait + loadTimeoutMs);
