import { Writable } from 'node:stream';
import { anyKey } from '../core/any-key.ts';
import type { Cache } from '../core/cache.ts';
import { checkCache } from '../core/check-cache.ts';
import { checkNames } from '../core/check-options.ts';
import { digest } from '../core/digest.ts';
import { exactLifetime } from '../core/exact-lifetime.ts';
import type { Clock } from '../core/ports/clock.ts';
import { parseSize, type Size } from '../core/policy/size.ts';
import { systemClock } from '../core/system-clock.ts';
import { Deletions } from './deletions.ts';

export interface UndiciCacheStoreOptions {
  /** Largest body that is kept; up to 64 MiB. @default '5mb' */
  readonly maxEntrySize?: Size;
  /** @default the machine's clocks */
  readonly clock?: Clock;
}

/** What undici asks with. */
export interface UndiciCacheKey {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string | string[]>;
}

/** A response without its body, as undici gives it; times are milliseconds since 1970. */
export interface UndiciCacheValue {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: Record<string, string | string[]>;
  readonly vary?: Record<string, string | string[] | null>;
  readonly etag?: string;
  readonly cacheControlDirectives?: object;
  readonly cachedAt: number;
  readonly staleAt: number;
  readonly deleteAt: number;
}

/** A response as undici takes it. */
export interface UndiciFoundResponse {
  statusCode: number;
  statusMessage: string;
  headers: Record<string, string | string[]>;
  vary?: Record<string, string | string[] | null>;
  etag?: string;
  body: Buffer[];
  cacheControlDirectives: object;
  cachedAt: number;
  staleAt: number;
  deleteAt: number;
}

/** What is kept under the key of a request: a response, or by which fields there are several. */
type Kept = { readonly response: UndiciCacheValue; readonly body: Uint8Array } | Variants;

interface Variants {
  readonly varyBy: readonly string[];
}

/**
 * A cache as the store of undici's cache interceptor: responses of other services, shared by all processes. Keys are
 * method, origin and path (`GET https://api.example/users?page=2`), so patterns reach them. What this process deleted
 * after a request was begun is not kept. Throws INVALID_ARGUMENT, which names the field.
 */
export class UndiciCacheStore {
  readonly #cache: Cache<string>;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #deletions = new Deletions();
  /** How many deletions there had been when undici looked, by the object that it looks and stores with. */
  readonly #begun = new WeakMap<object, number>();

  constructor(cache: Cache<string>, options: UndiciCacheStoreOptions = {}) {
    const field = 'UndiciCacheStore options';
    checkNames(options, field, ['maxEntrySize', 'clock']);
    const { maxEntrySize = '5mb', clock = systemClock } = options;
    const limits = { min: 1, max: 67_108_864 };
    this.#maxBytes = parseSize(maxEntrySize, `${field}.maxEntrySize`, limits);
    this.#cache = checkCache(cache, 'the cache of UndiciCacheStore');
    this.#clock = clock;
  }

  async get(key: UndiciCacheKey): Promise<UndiciFoundResponse | undefined> {
    // A request that is confirmed by a 304 looks twice; it began with the first.
    if (!this.#begun.has(key)) this.#begun.set(key, this.#deletions.count);
    const name = nameOf(key);
    let kept = await this.#cache.get<Kept>(anyKey(name));
    if (kept !== undefined && 'varyBy' in kept) {
      kept = await this.#cache.get<Kept>(variantOf(name, kept.varyBy, key.headers ?? {}));
    }
    return kept === undefined || 'varyBy' in kept ? undefined : found(kept.response, kept.body);
  }

  /** What takes the body, and keeps the response once that has come whole; undefined when it ends before now. */
  createWriteStream(key: UndiciCacheKey, value: UndiciCacheValue): Writable | undefined {
    if (value.deleteAt <= this.#clock.now()) return undefined;
    const since = this.#begun.get(key) ?? this.#deletions.count;
    let chunks: Buffer[] | undefined = [];
    let size = 0;
    return new Writable({
      write: (chunk: Buffer | string, encoding, done) => {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
        size += bytes.byteLength;
        if (size > this.#maxBytes) chunks = undefined;
        chunks?.push(bytes);
        done();
      },
      final: (done) => {
        if (chunks === undefined || this.#deletions.since(since, uriOf(key))) return done();
        // What cannot be kept is asked for again; the cache's events tell why.
        const finish = (): void => done();
        this.#keep(key, value, Buffer.concat(chunks)).then(finish, finish);
      },
    });
  }

  /** Invalidates all responses of the URI, of every method and variant, in all processes. */
  async delete(key: Omit<UndiciCacheKey, 'headers'>): Promise<void> {
    this.#deletions.add(uriOf(key));
    // What undici drops before it asks the origin does not stand against the answer.
    if (this.#begun.has(key)) this.#begun.set(key, this.#deletions.count);
    await this.#cache.invalidateTags(tagOf(key), { queue: true });
  }

  async #keep(key: UndiciCacheKey, response: UndiciCacheValue, body: Buffer): Promise<void> {
    const { vary = {}, deleteAt } = response;
    const lifetime = exactLifetime(deleteAt - this.#clock.now());
    const options = { ...lifetime, tags: [tagOf(key)], queue: true };
    const name = nameOf(key);
    const varyBy = Object.keys(vary).toSorted();
    if (varyBy.length === 0) {
      await this.#cache.set<Kept>(anyKey(name), { response, body }, options);
      return;
    }
    await Promise.all([
      this.#cache.set<Kept>(variantOf(name, varyBy, vary), { response, body }, options),
      this.#cache.set<Kept>(anyKey(name), { varyBy }, options),
    ]);
  }
}

function uriOf({ origin, path }: Pick<UndiciCacheKey, 'origin' | 'path'>): string {
  return `${origin}${path}`;
}

function tagOf(key: Pick<UndiciCacheKey, 'origin' | 'path'>): string {
  return anyKey(`uri:${uriOf(key)}`);
}

function nameOf(key: UndiciCacheKey): string {
  return `${key.method} ${uriOf(key)}`;
}

function variantOf(
  name: string,
  varyBy: readonly string[],
  fields: Readonly<Record<string, string | string[] | null>>,
): string {
  const values = varyBy.map((field) => [field, fields[field] ?? null]);
  return anyKey(`${name} v:${digest(JSON.stringify(values))}`);
}

function found(response: UndiciCacheValue, body: Uint8Array): UndiciFoundResponse {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { cacheControlDirectives: {}, ...response, body: [bytes] };
}
