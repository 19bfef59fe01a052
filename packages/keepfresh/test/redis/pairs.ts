import { expect, vi } from 'vitest';
import { type Cache, createCache } from '../../src/core/index.ts';
import { redis, type RedisOptions } from '../../src/redis/index.ts';
import { RowWatch, type Watched } from './row-watch.ts';

/** H of the caches under test. */
export const maxLagMs = 400;

/**
 * Longest time from a promotion until caches trust what they have again. It is H and a few hundred milliseconds
 * on a machine that has nothing else to do; a busy one is no failure.
 */
export const trustedWithinMs = 30_000;

/** The caches of two processes each, of one name. */
export class Pairs {
  readonly #prefix: string;
  readonly #open: Cache[] = [];
  #names = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The name of the last pair. */
  get name(): string {
    return `${this.#prefix}${this.#names}`;
  }

  /** Opens two caches of a new name; resolves when both are ready. */
  async open(options: RedisOptions, maxLag: number = maxLagMs): Promise<[Cache, Cache]> {
    this.#names++;
    return Promise.all([this.another(options, maxLag), this.another(options, maxLag)]);
  }

  /** Opens one more cache of the last name. */
  async another(options: RedisOptions, maxLag: number = maxLagMs): Promise<Cache> {
    const remote = redis(options);
    const cache = createCache({ name: this.name, remote, coherence: { maxLag } });
    this.#open.push(cache);
    await cache.ready({ within: '60s' });
    return cache;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((cache) => cache.close()));
  }
}

/** Resolves with the time until all of these are up, in milliseconds. */
export async function timeUntilUp(caches: readonly Cache[]): Promise<number> {
  const start = performance.now();
  const isUp = async (cache: Cache): Promise<void> =>
    expect((await cache.health()).status).toBe('up');
  await vi.waitFor(() => Promise.all(caches.map(isUp)), { timeout: 60_000, interval: 10 });
  return performance.now() - start;
}

/** `during` breaks something; gives what was seen, and how long the caches then took to trust again. */
export async function watchWhile(
  caches: readonly Cache[],
  during: () => Promise<unknown>,
): Promise<Watched & { readonly waitedMs: number }> {
  const keys = Array.from({ length: 12 }, (_, n) => `row:${n}`);
  let waitedMs = 0;
  const watched = await new RowWatch(caches, { maxLagMs, keys }).while(async () => {
    await during();
    waitedMs = await timeUntilUp(caches);
  }, maxLagMs + 100);
  return { ...watched, waitedMs };
}

/** Every read was answered, and none with what had been invalidated for longer than H. */
export function expectKept(watched: Watched): void {
  expect(watched.old).toEqual([]);
  expect(watched.failed).toEqual([]);
  expect(watched.applied).toBeGreaterThan(5);
  // Nobody waits for longer than until a lease is over, 5 s, however many had it in turn; a busy machine adds.
  expect(watched.slowestMs).toBeLessThan(30_000);
}
