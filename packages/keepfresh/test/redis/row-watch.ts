import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, CacheError } from '../../src/core/index.ts';

interface Change {
  /** What a row was changed to before it was invalidated. */
  readonly version: number;
  /** When the invalidation resolved as in force. */
  readonly resolvedAt: number;
}

/** What happened while it was watched. */
export interface Watched {
  readonly reads: number;
  /** Invalidations that resolved in force. */
  readonly applied: number;
  /** Reads that were given what had been invalidated for longer than H before they began. */
  readonly old: readonly string[];
  /** Reads that rejected. */
  readonly failed: readonly unknown[];
  /** The longest time a read took, in milliseconds. */
  readonly slowestMs: number;
}

/**
 * Reads rows through several caches and changes and invalidates them, all the time, and finds every read that
 * breaks the promise: one that began more than H after an invalidation resolved, and got what was before it.
 */
export class RowWatch {
  readonly #caches: readonly Cache[];
  readonly #maxLagMs: number;
  readonly #keys: readonly string[];
  readonly #versions = new Map<string, number>();
  readonly #changes = new Map<string, Change[]>();
  readonly #old: string[] = [];
  readonly #failed: unknown[] = [];
  #reads = 0;
  #applied = 0;
  #slowestMs = 0;
  #over = false;

  constructor(caches: readonly Cache[], options: { maxLagMs: number; keys: readonly string[] }) {
    this.#caches = caches;
    this.#maxLagMs = options.maxLagMs;
    this.#keys = options.keys;
  }

  /** Watches until `during` has settled, and some time after. */
  async while(during: () => Promise<unknown>, afterMs = 0): Promise<Watched> {
    const loops = this.#caches.flatMap((cache) => [this.#read(cache), this.#change(cache)]);
    try {
      await during();
      await sleep(afterMs);
    } finally {
      this.#over = true;
      await Promise.all(loops);
    }
    const [reads, applied, slowestMs] = [this.#reads, this.#applied, this.#slowestMs];
    return { reads, applied, old: this.#old, failed: this.#failed, slowestMs };
  }

  async #read(cache: Cache): Promise<void> {
    while (!this.#over) {
      await Promise.all(this.#keys.map((key) => this.#readOnce(cache, key)));
      await sleep(2);
    }
  }

  async #readOnce(cache: Cache, key: string): Promise<void> {
    const startedAt = performance.now();
    try {
      const load = async (): Promise<number> => {
        const version = this.#versions.get(key) ?? 0;
        await sleep(Math.random() * 5);
        return version;
      };
      const version = await cache.getOrSet(key, load, { tags: [`t:${key}`] });
      this.#judge(key, version, startedAt);
    } catch (error) {
      this.#failed.push(error);
    }
    this.#reads++;
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
  }

  #judge(key: string, version: number, startedAt: number): void {
    for (const change of this.#changes.get(key) ?? []) {
      const late = startedAt - change.resolvedAt;
      if (version >= change.version || late <= this.#maxLagMs) continue;
      this.#old.push(
        `${key}: ${version} instead of ${change.version}, ${late.toFixed(0)} ms after`,
      );
    }
  }

  async #change(cache: Cache): Promise<void> {
    for (let n = 0; !this.#over; n++) {
      const key = this.#keys[n % this.#keys.length]!;
      const version = (this.#versions.get(key) ?? 0) + 1;
      this.#versions.set(key, version);
      try {
        if (n % 2 === 0) await cache.invalidate(key);
        else await cache.invalidateTags(`t:${key}`);
        const changes = this.#changes.get(key) ?? [];
        this.#changes.set(key, [...changes.slice(-20), { version, resolvedAt: performance.now() }]);
        this.#applied++;
      } catch (error) {
        if (!(error instanceof CacheError && error.code === 'INVALIDATION_PENDING')) throw error;
      }
      await sleep(10);
    }
  }
}
