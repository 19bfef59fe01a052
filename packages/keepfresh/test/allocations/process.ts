import { setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { serveActor } from '../../../../test/adversarial/actor.ts';
import { type Cache, createCache } from '../../src/core/index.ts';
import { MemoryHub, memoryRemote } from '../../src/memory/index.ts';

/**
 * Counts what hits allocate, in a process of its own: there is nothing else that allocates, and nobody
 * watches how it is compiled. What a caller makes for the call, its key and its options, is made beforehand.
 */

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const options = { tags: ['products', 'vendor:7'] };
const passes = 50;
const mostRounds = 60;

const never = (): never => {
  throw new Error('it is in memory');
};

/** Each does something with every key, once. */
const passesOf = (cache: Cache, product: (key: string) => Promise<unknown>) => ({
  getOrSet: (): void => {
    for (const key of keys) void cache.getOrSet(key, never, options);
  },
  peek: (): void => {
    for (const key of keys) cache.peek(key);
  },
  wrap: (): void => {
    for (const key of keys) void product(key);
  },
  'Date.now': (): void => {
    for (const _ of keys) Date.now();
  },
  'Promise.resolve': (): void => {
    for (const _ of keys) void Promise.resolve(options);
  },
});

export type Reader = keyof ReturnType<typeof passesOf>;

/** Bytes that so many calls allocate. The counter is read seldom: each look at it wastes, and counts, a buffer's rest. */
function bytesOf(run: () => void): number {
  const before = getHeapStatistics().total_allocated_bytes;
  for (let n = 0; n < passes; n++) run();
  return getHeapStatistics().total_allocated_bytes - before;
}

/** The least of some rounds: V8 compiles in its own time, and allocates for that. `enough` or less ends them. */
async function leastBytes(run: () => void, enough: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < mostRounds && least > enough; round++) {
    least = Math.min(least, bytesOf(run));
    await turn();
  }
  return least;
}

const functions = {
  /**
   * Bytes that one hit allocates; there is no need to know more exactly that they are `enough` or less.
   * `amid`: with an invalidation of another tag before each pass over the keys.
   */
  async measure(reader: Reader, enough: number, amid: boolean): Promise<number> {
    const remote = memoryRemote(new MemoryHub());
    // Minutes of trust: nobody hears a beat while a round is under way.
    const cache = createCache({ name: 'hits', remote, coherence: { maxLag: '1m' } });
    await cache.ready({ within: '60s' });
    for (const key of keys) await cache.getOrSet(key, () => ({ key }), options);
    const pass = passesOf(
      cache,
      cache.wrap((_key: string) => never(), { key: (key) => key }),
    )[reader];
    const before = (): void => void (amid && cache.invalidateTags('unrelated'));
    const both = (): void => {
      before();
      pass();
    };
    const beforeAlone = await leastBytes(before, 0);
    const all = passes * keys.length;
    const bytes = await leastBytes(both, beforeAlone + enough * all);
    await cache.close();
    return (bytes - beforeAlone) / all;
  },
};

if (import.meta.main) serveActor(functions);
