import type { Cache } from '../core/cache.ts';
import { checkNames, wholeNumber } from '../core/check-options.ts';
import { invalidArgument } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import { systemClock } from '../core/system-clock.ts';
import { statusName } from './cache-status.ts';
import { CachedRoute } from './cached-route.ts';
import { type HttpCacheOptions, httpOptionNames, httpRules } from './http-options.ts';
import { uriTagOf } from './request-key.ts';
import { ResponseCache } from './response-cache.ts';
import { VariantCount } from './variant-count.ts';

/** What holds for all routes: their defaults, and the cache's own name. */
export interface HttpCacheSettings extends HttpCacheOptions {
  /** In `Cache-Status`. @default 'keepfresh' */
  readonly name?: string;
  /** Most variants of one URI, by `Vary`; 1 to 1,000. @default 32 */
  readonly maxVariants?: number;
  /** @default the machine's clocks */
  readonly clock?: Clock;
}

/**
 * HTTP responses in a cache, by the rules of RFC 9111 for a shared cache beside the origin. Its keys begin with
 * `http:`, followed by host and URL: `cache.invalidatePattern('http:shop.example/products/*')` reaches them, and
 * so do tags.
 */
export class HttpCache {
  readonly #responses: ResponseCache;
  readonly #defaults: HttpCacheOptions;
  readonly #name: string;
  readonly #variants: VariantCount;
  readonly #clock: Clock;

  /** Throws INVALID_ARGUMENT, which names the field. */
  constructor(cache: Cache<string>, settings: HttpCacheSettings = {}) {
    checkNames(settings, 'http options', [...httpOptionNames, 'name', 'maxVariants', 'clock']);
    const { name = 'keepfresh', maxVariants, clock = systemClock, ...defaults } = settings;
    if (typeof name !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(name)) {
      throw invalidArgument('http options.name', '1 to 64 printable ASCII characters', name);
    }
    const limits = { min: 1, max: 1_000, default: 32 };
    this.#variants = new VariantCount(wholeNumber(maxVariants, 'http options.maxVariants', limits));
    httpRules(defaults, 'http options');
    this.#defaults = defaults;
    this.#responses = new ResponseCache(cache);
    this.#name = statusName(name);
    this.#clock = clock;
  }

  /** A route with options of its own over those of all. */
  route(options: HttpCacheOptions = {}): CachedRoute {
    checkNames(options, 'route options', httpOptionNames);
    return new CachedRoute({
      name: this.#name,
      responses: this.#responses,
      rules: httpRules({ ...this.#defaults, ...options }, 'route options'),
      variants: this.#variants,
      clock: this.#clock,
    });
  }

  /** Invalidates everything that is stored for a URI: its path and query as they are requested. */
  async invalidate(host: string, url: string): Promise<void> {
    await this.#responses.invalidate([uriTagOf(host, url)]);
  }
}
