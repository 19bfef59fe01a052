import { type Cache, createCache } from 'keepfresh';
import { redis } from 'keepfresh/redis';
import type { Config } from '../config.ts';

/**
 * The cache of the shop, or undefined when it is switched off. Redis may be away, now or later: the shop
 * then serves from memory, and takes Redis up when it comes. `warn` is told once each time it goes.
 */
export function shopCache(config: Config, warn: (sentence: string) => void): Cache | undefined {
  if (!config.cache) return undefined;
  const { redisUrl, cacheName, cacheMaxBytes } = config;
  const cache = createCache({
    name: cacheName,
    memory: { maxBytes: cacheMaxBytes },
    ...(redisUrl !== undefined && { remote: redis({ url: redisUrl }) }),
    logger: { warn, error: warn },
  });
  if (redisUrl !== undefined) {
    const place = new URL(redisUrl).host;
    cache.on('remote.lost', ({ cause }) => {
      warn(
        `REDIS_URL: Redis at ${place} cannot be reached (${reasonOf(cause)}). ` +
          'The shop serves from its own memory until it can.',
      );
    });
  }
  return cache;
}

function reasonOf(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? message ?? 'no reason given';
}
