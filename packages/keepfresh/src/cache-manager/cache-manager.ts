import { EventEmitter } from 'node:events';
import { anyKey } from '../core/any-key.ts';
import type { Cache } from '../core/cache.ts';
import { checkCache } from '../core/check-cache.ts';
import { checkNames } from '../core/check-options.ts';
import type { LoadContext } from '../core/engine/loads/loader.ts';
import { exactLifetime } from '../core/exact-lifetime.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import { defaultMaxTtlMs } from '../core/policy/expiry.ts';
import type { Clock } from '../core/ports/clock.ts';
import { systemClock } from '../core/system-clock.ts';

export interface CacheManagerOptions {
  /** Lifetime of what is set without one; 1 ms to 7 days, which is the longest for all. @default '7d' */
  readonly ttl?: Duration;
  /** Last part of the lifetime, in which `wrap` answers and loads anew at once; up to 7 days. @default 0 */
  readonly refreshThreshold?: Duration;
  /** What `cacheId()` tells. @default 'keepfresh' */
  readonly cacheId?: string;
  /** @default the machine's clocks */
  readonly clock?: Clock;
}

/** A value, or what makes it of the loaded one. */
export type OfValue<T> = number | ((value: T) => number | undefined);

/** How `wrap` keeps what it loads; milliseconds. */
export interface WrapSettings<T> {
  readonly ttl?: OfValue<T>;
  readonly refreshThreshold?: OfValue<T>;
  /** Whether to give the value with the moment at which it ends, and not by itself. */
  readonly raw?: boolean;
}

/** A value as it is kept, with the moment at which it ends; milliseconds since 1970. */
export interface HeldValue<T> {
  readonly value: T;
  readonly expires?: number;
}

/** One of several entries to set. */
export interface CacheManagerEntry<T> {
  readonly key: string;
  readonly value: T;
  readonly ttl?: number;
}

type EventName = 'get' | 'mget' | 'ttl' | 'set' | 'mset' | 'del' | 'mdel' | 'clear' | 'refresh';

/**
 * What `createCache` of cache-manager 6 and 7 gives, over a cache: give it a namespace of one, which `clear` empties.
 * Times are milliseconds. `wrap` runs its function once for all who ask at once, in all processes, and what was
 * deleted meanwhile is not kept. It does not close the cache. Throws INVALID_ARGUMENT, which names the field.
 */
export class CacheManager {
  /** There are none: the cache is the store. */
  readonly stores: never[] = [];
  readonly #cache: Cache<string>;
  readonly #ttlMs: number | undefined;
  readonly #refreshMs: number;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #events = new EventEmitter();

  constructor(cache: Cache<string>, options: CacheManagerOptions = {}) {
    const field = 'CacheManager options';
    checkNames(options, field, ['ttl', 'refreshThreshold', 'cacheId', 'clock']);
    const { ttl, refreshThreshold = 0, cacheId = 'keepfresh', clock = systemClock } = options;
    const limits = { min: 1, max: defaultMaxTtlMs };
    this.#ttlMs = ttl === undefined ? undefined : parseDuration(ttl, `${field}.ttl`, limits);
    const refresh = { max: limits.max };
    this.#refreshMs = parseDuration(refreshThreshold, `${field}.refreshThreshold`, refresh);
    this.#cache = checkCache(cache, 'the cache of CacheManager');
    this.#id = cacheId;
    this.#clock = clock;
  }

  // Fields, because cache-manager's are functions that programs take off their object.

  readonly get = async <T>(key: string): Promise<T | undefined> => {
    return this.#told('get', { key }, async (event) => {
      const held = await this.#cache.get<HeldValue<T>>(anyKey(key));
      if (held !== undefined) event['value'] = held.value;
      return held?.value;
    });
  };

  readonly mget = async <T>(keys: string[]): Promise<(T | undefined)[]> => {
    return this.#told('mget', { keys }, async (event) => {
      const held = await this.#cache.getMany<HeldValue<T>>(keys.map(anyKey));
      const values = held.map((each) => each?.value);
      event['values'] = values;
      return values;
    });
  };

  /** When the value ends, in milliseconds since 1970; undefined without one, or without an end. */
  readonly ttl = async (key: string): Promise<number | undefined> => {
    return this.#told('ttl', { key }, async () => {
      return (await this.#cache.get<HeldValue<unknown>>(anyKey(key)))?.expires;
    });
  };

  readonly set = async <T>(key: string, value: T, ttl?: number): Promise<T> => {
    return this.#told('set', { key, value }, async () => {
      await this.#set(key, value, ttl);
      return value;
    });
  };

  readonly mset = async <T>(list: CacheManagerEntry<T>[]): Promise<CacheManagerEntry<T>[]> => {
    return this.#told('mset', { list }, async () => {
      await Promise.all(list.map(({ key, value, ttl }) => this.#set(key, value, ttl)));
      return list;
    });
  };

  readonly del = async (key: string): Promise<boolean> => {
    return this.#told('del', { key }, async () => this.#invalidate([key]));
  };

  readonly mdel = async (keys: string[]): Promise<boolean> => {
    return this.#told('mdel', { keys }, async () => this.#invalidate(keys));
  };

  /** Invalidates everything in the cache, or namespace, that it was made with. */
  readonly clear = async (): Promise<boolean> => {
    return this.#told('clear', undefined, async () => {
      await this.#cache.clear();
      return true;
    });
  };

  readonly wrap: {
    <T>(
      key: string,
      run: () => T | Promise<T>,
      ttl?: OfValue<T>,
      refreshThreshold?: OfValue<T>,
    ): Promise<T>;
    <T>(
      key: string,
      run: () => T | Promise<T>,
      settings: WrapSettings<T> & { readonly raw: true },
    ): Promise<HeldValue<T>>;
    <T>(key: string, run: () => T | Promise<T>, settings: WrapSettings<T>): Promise<T>;
  } = async <T>(
    key: string,
    run: () => T | Promise<T>,
    given?: OfValue<T> | WrapSettings<T>,
    refreshThreshold?: OfValue<T>,
  ): Promise<never> => {
    const settings = settingsOf(given, refreshThreshold);
    const load = (context: LoadContext): Promise<HeldValue<T>> => {
      return this.#load(context, { key, run, settings });
    };
    const held = await this.#cache.getOrSet(anyKey(key), load, { jitter: 0 });
    return (settings.raw === true ? held : held.value) as never;
  };

  readonly on = (event: string, listener: (...args: never[]) => void): EventEmitter => {
    return this.#events.on(event, listener as () => void);
  };

  readonly off = (event: string, listener: (...args: never[]) => void): EventEmitter => {
    return this.#events.off(event, listener as () => void);
  };

  readonly cacheId = (): string => this.#id;

  /** Does nothing: who made the cache closes it. */
  readonly disconnect = async (): Promise<undefined> => undefined;

  async #load<T>(
    context: LoadContext,
    { key, run, settings }: { key: string; run: () => T | Promise<T>; settings: WrapSettings<T> },
  ): Promise<HeldValue<T>> {
    const event = context.stale === undefined ? 'set' : 'refresh';
    return this.#told(event, { key }, async (told) => {
      const value = await run();
      told['value'] = value;
      const refreshMs = numberOf(settings.refreshThreshold, value) ?? this.#refreshMs;
      const { held, freshMs, staleMs } = this.#held(
        value,
        numberOf(settings.ttl, value),
        refreshMs,
      );
      // As with cache-manager, which cannot tell it from nothing.
      if (value === undefined) context.skip();
      context.setTtl(freshMs);
      context.setStale({ whileRevalidate: staleMs, ifError: staleMs });
      return held;
    });
  }

  async #set(key: string, value: unknown, ttlMs: number | undefined): Promise<void> {
    // Read again, it is what a missing value is.
    if (value === undefined)
      return void (await this.#cache.invalidate(anyKey(key), { queue: true }));
    const { held, freshMs, staleMs } = this.#held(value, ttlMs, this.#refreshMs);
    await this.#cache.set(anyKey(key), held, {
      ...exactLifetime(freshMs),
      staleWhileRevalidate: staleMs,
      queue: true,
    });
  }

  /** A value as it is kept: fresh until the threshold, then there while it is loaded anew. */
  #held<T>(
    value: T,
    ttlMs: number | undefined,
    refreshMs: number,
  ): { held: HeldValue<T>; freshMs: number; staleMs: number } {
    const wanted = ttlMs === undefined || ttlMs === 0 ? this.#ttlMs : ttlMs;
    const ttl = Number(exactLifetime(wanted).ttl);
    const staleMs = Math.min(Math.max(0, Math.floor(refreshMs)), ttl - 1);
    const end = wanted === undefined ? {} : { expires: this.#clock.now() + ttl };
    return { held: { value, ...end }, freshMs: ttl - staleMs, staleMs };
  }

  async #invalidate(keys: readonly string[]): Promise<true> {
    if (keys.length > 0) await this.#cache.invalidate(keys.map(anyKey));
    return true;
  }

  /** Runs it and tells listeners what came of it, as cache-manager does. */
  async #told<T>(
    name: EventName,
    event: Record<string, unknown> | undefined,
    run: (event: Record<string, unknown>) => Promise<T>,
  ): Promise<T> {
    try {
      const result = await run(event ?? {});
      this.#events.emit(name, event);
      return result;
    } catch (error) {
      this.#events.emit(name, event === undefined ? error : { ...event, error });
      throw error;
    }
  }
}

function settingsOf<T>(
  given: OfValue<T> | WrapSettings<T> | undefined,
  refreshThreshold: OfValue<T> | undefined,
): WrapSettings<T> {
  if (typeof given === 'object') return given;
  return {
    ...(given === undefined ? {} : { ttl: given }),
    ...(refreshThreshold === undefined ? {} : { refreshThreshold }),
  };
}

function numberOf<T>(given: OfValue<T> | undefined, value: T): number | undefined {
  return typeof given === 'function' ? given(value) : given;
}
