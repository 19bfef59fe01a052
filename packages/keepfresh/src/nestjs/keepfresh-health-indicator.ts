import type { Cache } from '../core/cache.ts';
import type { CacheHealth } from '../core/cache-health.ts';

/** What `HealthCheckService.check` of @nestjs/terminus takes. */
export type HealthResult = Record<
  string,
  { readonly status: 'up' | 'degraded' | 'down' } & Readonly<Record<string, unknown>>
>;

/**
 * The cache's health for @nestjs/terminus: `health.check([() => indicator.isHealthy('cache')])`. Without its remote
 * a cache answers from memory and from the source: `degraded`, which keeps the application in service. Never rejects.
 */
export class KeepfreshHealthIndicator {
  readonly #cache: Cache<string>;

  constructor(cache: Cache<string>) {
    this.#cache = cache;
  }

  async isHealthy(key: string = 'cache'): Promise<HealthResult> {
    const { status, ...details }: CacheHealth = await this.#cache.health();
    return { [key]: { ...details, status } };
  }
}
