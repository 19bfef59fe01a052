import type { Cache } from '../core/cache.ts';
import { checkNames, wholeNumber, withMethods } from '../core/check-options.ts';
import type { Clock } from '../core/ports/clock.ts';
import { systemClock } from '../core/system-clock.ts';
import { CachedRoute } from './cached-route.ts';
import { type HttpCacheOptions, type HttpCacheSettings, httpOptionNames } from './http-options.ts';
import { uriTagOf } from './request-key.ts';
import { ResponseCache } from './response-cache.ts';
import { type RoutePlan, routePlan } from './route-plan.ts';
import { VariantCount } from './variant-count.ts';

const settingNames = ['name', 'host', 'maxVariants', 'clock'] as const;

/**
 * HTTP responses in a cache, by the rules of RFC 9111 for a shared cache beside the origin. Its keys begin with
 * `http:`, followed by host and URL: `cache.invalidatePattern('http:shop.example/products/*')` reaches them, and
 * so do tags.
 */
export class HttpCache {
  readonly #responses: ResponseCache;
  readonly #settings: HttpCacheSettings;
  readonly #variants: VariantCount;
  readonly #clock: Clock;

  /** Throws INVALID_ARGUMENT, which names the field. */
  constructor(cache: Cache<string>, settings: HttpCacheSettings = {}) {
    withMethods(cache, 'cache', ['lookup', 'getOrSet', 'invalidateTags']);
    checkNames(settings, 'http options', [...httpOptionNames, ...settingNames]);
    const { maxVariants, clock = systemClock } = settings;
    const limits = { min: 1, max: 1_000, default: 32 };
    this.#variants = new VariantCount(wholeNumber(maxVariants, 'http options.maxVariants', limits));
    routePlan({}, settings, 'http options');
    this.#settings = settings;
    this.#responses = new ResponseCache(cache);
    this.#clock = clock;
  }

  /** A route with options of its own over those of all. */
  route(options: HttpCacheOptions = {}): CachedRoute {
    return new CachedRoute({
      ...this.plan(options),
      responses: this.#responses,
      variants: this.#variants,
      clock: this.#clock,
    });
  }

  /** How the responses of such a route are treated, for its documentation. */
  plan(options: HttpCacheOptions = {}): RoutePlan {
    return routePlan(options, this.#settings, 'route options');
  }

  /** Invalidates everything that is stored for a URI: its path and query as they are requested. */
  async invalidate(host: string, url: string): Promise<void> {
    await this.#responses.invalidate([uriTagOf(host, url)]);
  }
}
