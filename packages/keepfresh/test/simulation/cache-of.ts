import type { Cache } from '../../src/core/cache.ts';
import { createCache } from '../../src/core/create-cache.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Logger } from '../../src/core/ports/logger.ts';
import type { Random } from '../../src/core/ports/random.ts';
import type { Remote } from '../../src/core/ports/remote.ts';
import { loadTimeoutMs, retryAfterMs, timeouts } from './limits.ts';
import type { Plan } from './plan.ts';

/** Who runs simulations reads what they print; what goes wrong in them is in their histories. */
const silent: Logger = { warn: () => {}, error: () => {} };

/** The cache of one simulated process. */
export function cacheOf({
  plan,
  memory,
  ...given
}: {
  readonly plan: Pick<
    Plan,
    'ttlMs' | 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'errorTtlMs' | 'refreshing'
  >;
  readonly memory: boolean;
  readonly maxLagMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly remote: Remote;
}): Cache {
  const { clock, random, remote, maxLagMs } = given;
  const {
    earlyRefresh = 0,
    refreshAhead = 0,
    softTimeoutMs,
    pauses = false,
  } = plan.refreshing ?? {};
  return createCache({
    name: 'sim',
    logger: silent,
    clock,
    random,
    remote,
    memory: memory && { maxEntries: 64, maxBytes: 65_536 },
    coherence: { maxLag: maxLagMs },
    sharing: 'shared',
    timeouts,
    defaults: {
      ttl: plan.ttlMs,
      staleWhileRevalidate: plan.staleWhileRevalidateMs,
      staleIfError: plan.staleIfErrorMs,
      errorTtl: plan.errorTtlMs ?? 0,
      loadTimeout: loadTimeoutMs,
      jitter: 0,
      earlyRefresh,
      refreshAhead,
      retryAfter: pauses ? retryAfterMs : 0,
      ...(softTimeoutMs !== undefined && { softTimeout: softTimeoutMs }),
    },
  });
}
