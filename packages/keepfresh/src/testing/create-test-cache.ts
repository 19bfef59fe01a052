import type { Cache } from '../core/cache.ts';
import { createCache } from '../core/create-cache.ts';
import { invalidArgument } from '../core/errors.ts';
import type { CacheOptions } from '../core/options.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import { MemoryHub } from '../memory/remote/memory-hub.ts';
import { memoryRemote } from '../memory/remote/memory-remote.ts';
import { FakeClock } from './fake-clock.ts';
import { recordEvents, type RecordedEvent } from './record-events.ts';
import { SeededRandom } from './seeded-random.ts';

export interface TestCacheOptions<Profile extends string = never> extends Omit<
  CacheOptions<Profile>,
  'name' | 'clock' | 'random'
> {
  /** @default 'test' */
  readonly name?: string;
  /** From which all chance follows; the same seed repeats a test exactly. @default 1 */
  readonly seed?: number | string;
}

/** A cache whose time and chance belong to the test. */
export interface TestCache<Profile extends string = never> extends AsyncDisposable {
  readonly cache: Cache<Profile>;
  readonly clock: FakeClock;
  /** What happened in the cache so far, in order. */
  readonly events: readonly RecordedEvent[];
  /** Lets so long pass, as milliseconds or `'30m'`: entries age, timers run, promises settle. */
  advance(time: Duration): Promise<void>;
  /** Closes the cache; time passes for as long as that waits for what is under way. */
  close(): Promise<void>;
}

/** Several caches as several processes would have them, over one shared level. */
export interface TestCaches<Profile extends string = never> extends AsyncDisposable {
  readonly caches: readonly TestCache<Profile>[];
  /** One clock for all. */
  readonly clock: FakeClock;
  /** The shared level; its store and log can be broken on purpose. */
  readonly hub: MemoryHub;
  /** Lets so long pass, in all of them. */
  advance(time: Duration): Promise<void>;
  close(): Promise<void>;
}

/**
 * A cache for tests: in memory, on a clock that stands still until `advance`, with chance that repeats and
 * every event recorded. Times to live are exact: `jitter` is 0 unless given.
 *
 * ```ts
 * const { cache, events, advance } = createTestCache();
 * await cache.getOrSet('k', load, { ttl: '1m' });
 * await advance('1m');
 * await cache.getOrSet('k', load, { ttl: '1m' }); // loads again
 * ```
 */
export function createTestCache<const Profile extends string = never>(
  options: TestCacheOptions<Profile> = {},
): TestCache<Profile> {
  return testCache(options, new FakeClock(), options.seed ?? 1);
}

/**
 * Caches that share a store and a log as `count` processes share a server, and time. What one invalidates is
 * invalid in all, by the same rules as over a network that neither delays nor loses anything.
 */
export function createTestCaches<const Profile extends string = never>(
  count: number,
  options: Omit<TestCacheOptions<Profile>, 'remote'> = {},
): TestCaches<Profile> {
  if (!Number.isInteger(count) || count < 1) {
    throw invalidArgument('count', 'a whole number from 1', count);
  }
  const clock = new FakeClock();
  const seed = options.seed ?? 1;
  const hub = new MemoryHub({ clock, random: new SeededRandom(`${seed} hub`) });
  const caches = Array.from({ length: count }, (_, index) =>
    testCache({ ...options, remote: memoryRemote(hub) }, clock, `${seed} ${index}`),
  );
  const close = async (): Promise<void> => {
    for (const each of caches) await each.close();
  };
  return {
    caches,
    clock,
    hub,
    advance: advanceOf(clock),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function testCache<Profile extends string>(
  options: TestCacheOptions<Profile>,
  clock: FakeClock,
  seed: number | string,
): TestCache<Profile> {
  const { name = 'test', seed: _seed, defaults, ...rest } = options;
  const given = {
    ...rest,
    name,
    defaults: { jitter: 0, ...defaults },
    clock,
    random: new SeededRandom(seed),
  };
  const cache = createCache<Profile>(given as CacheOptions<Profile>);
  const close = (): Promise<void> => closed(cache, clock);
  return {
    cache,
    clock,
    events: recordEvents(cache),
    advance: advanceOf(clock),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Lets time pass that is given like all other times; a number may have a fraction. */
function advanceOf(clock: FakeClock): (time: Duration) => Promise<void> {
  return async (time) =>
    clock.advance(typeof time === 'number' ? time : parseDuration(time, 'advance()'));
}

/** Closes a cache, and lets time pass for as long as it waits for what does not end by itself. */
async function closed(cache: Pick<Cache, 'close'>, clock: FakeClock): Promise<void> {
  let isClosed = false;
  const closing = cache.close().finally(() => {
    isClosed = true;
  });
  await clock.settle();
  while (!isClosed && clock.timers > 0) await clock.advance(clock.nextTimerMs);
  await closing;
}
