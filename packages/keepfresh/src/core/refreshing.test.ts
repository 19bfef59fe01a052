import { describe, expect, it, vi } from 'vitest';
import {
  createTestCache,
  createTestCaches,
  type TestCache,
  type TestCacheOptions,
  type TestCaches,
} from '../testing/create-test-cache.ts';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import type { ReadOptions } from './options.ts';

function oneCache(options: TestCacheOptions = {}): TestCache {
  return closedAfterTest(createTestCache(options));
}

function twoCaches(options: Omit<TestCacheOptions, 'remote'> = {}): TestCaches {
  return closedAfterTest(createTestCaches(2, options));
}

/** A source whose loads take `ms` of the test's time, and fail while it is down. */
class Source {
  loads = 0;
  isDown = false;
  aborted = 0;
  readonly #clock: TestCache['clock'];
  readonly #ms: number;

  constructor(clock: TestCache['clock'], ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  readonly load = ({ signal }: { readonly signal: AbortSignal }): Promise<number> => {
    const number = ++this.loads;
    const fails = this.isDown;
    signal.addEventListener('abort', () => this.aborted++);
    return new Promise((resolve, reject) => {
      this.#clock.schedule(this.#ms, () => {
        if (fails) reject(new Error('the source is down'));
        else resolve(number);
      });
    });
  };
}

/** Reads every `everyMs` for `forMs`; tells how many of the reads had to wait, and what the others got last. */
async function readOften(
  { cache, advance }: Pick<TestCache, 'cache' | 'advance'>,
  source: Source,
  options: ReadOptions & { readonly everyMs: number; readonly forMs: number },
): Promise<{ waited: number; reads: number }> {
  const { everyMs, forMs, ...read } = options;
  let [waited, reads] = [0, 0];
  for (let ms = 0; ms < forMs; ms += everyMs) {
    let isAnswered = false;
    void cache.getOrSet('k', source.load, read).then(
      () => (isAnswered = true),
      () => (isAnswered = true),
    );
    await settle();
    reads++;
    if (!isAnswered) waited++;
    await advance(everyMs);
  }
  return { waited, reads };
}

/** Lets everything that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const names = (events: TestCache['events']): string[] => events.map(({ event }) => event);

describe('a source that fails', { timeout: 30_000 }, () => {
  const options = { ttl: '1s', staleIfError: '1d', retryAfter: '1s' } as const;

  it('is asked less and less often while a stale value answers', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    void test.cache.getOrSet('k', source.load, options);
    await test.advance(1_000);
    source.isDown = true;
    const { waited, reads } = await readOften(test, source, {
      ...{ ...options, everyMs: 100, forMs: 360_000 },
    });
    // 1 + 2 + 4 + 8 + 16 seconds, each a quarter shorter at most; then one load in 24 to 32 seconds.
    expect(source.loads - 1).toBeLessThanOrEqual(5 + Math.ceil((360 - 23) / 24));
    expect(source.loads - 1).toBeGreaterThanOrEqual(5 + Math.floor((360 - 31) / 32));
    expect(reads).toBe(3_600);
    expect(waited).toBeLessThan(source.loads);
  });

  it('is told of with the pause, and asked at once when it is over', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    const read = (): Promise<number> => {
      const value = test.cache.getOrSet('k', source.load, options);
      return test.advance(0).then(() => value);
    };
    expect(await read()).toBe(1);
    await test.advance(1_000);
    source.isDown = true;
    expect(await read()).toBe(1);
    const failed = test.events.find(({ event }) => event === 'load.failed');
    const { pauseMs } = failed as { pauseMs: number };
    expect(pauseMs).toBeGreaterThanOrEqual(750);
    expect(pauseMs).toBeLessThanOrEqual(1_000);
    source.isDown = false;
    await test.advance(Math.ceil(pauseMs) - 10);
    expect(await read()).toBe(1);
    await test.advance(10);
    expect(await read()).toBe(3);
  });

  it('is asked anew for what was expired after it had failed', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    const read = (): Promise<number> => {
      const value = test.cache.getOrSet('k', source.load, options);
      return test.advance(0).then(() => value);
    };
    await read();
    await test.advance(1_000);
    source.isDown = true;
    await read();
    source.isDown = false;
    expect(await read()).toBe(1);
    await test.cache.expire({ keys: 'k' });
    expect(await read()).toBe(3);
  });

  it('is asked by each read where there is nothing else to answer with', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    source.isDown = true;
    for (let n = 1; n <= 3; n++) {
      const read = test.cache.getOrSet('k', source.load, options);
      const rejected = expect(read).rejects.toThrow('the source is down');
      await test.advance(0);
      await rejected;
      expect(source.loads).toBe(n);
    }
  });

  it('is asked anew for what was invalidated: no pause keeps an invalid value', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    const read = (): Promise<number> => {
      const value = test.cache.getOrSet('k', source.load, options);
      value.catch(() => {});
      return test.advance(0).then(() => value);
    };
    await read();
    await test.advance(1_000);
    source.isDown = true;
    expect(await read()).toBe(1);
    await test.cache.invalidate('k');
    await expect(read()).rejects.toThrow('the source is down');
  });

  it('is not asked on by the refreshes of a value that is still fresh', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    const early = { ttl: '10s', earlyRefresh: true, retryAfter: '1m' } as const;
    await readOften(test, source, { ...early, everyMs: 100, forMs: 200 });
    source.isDown = true;
    await readOften(test, source, { ...early, everyMs: 5, forMs: 9_850 });
    expect(source.loads).toBe(2);
  });

  it('can be asked each time, with no pause', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 0);
    await test.advance(0);
    const always = { ...options, retryAfter: 0 };
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(1_000);
    source.isDown = true;
    await readOften(test, source, { ...always, everyMs: 10, forMs: 100 });
    expect(source.loads).toBe(11);
  });
});

describe('a soft timeout', () => {
  const options = { ttl: '1s', staleIfError: '1h', softTimeout: '100ms' } as const;

  interface Reading {
    answer?: number;
  }

  /** A read that has begun, with its answer as soon as there is one. */
  function read({ cache }: Pick<TestCache, 'cache'>, source: Source): Reading {
    const reading: Reading = {};
    void cache.getOrSet('k', source.load, options).then((value) => (reading.answer = value));
    return reading;
  }

  /** A source whose loads take 500 ms, and load 1 of it in the cache. */
  async function loaded(test: TestCache): Promise<Source> {
    const source = new Source(test.clock, 500);
    read(test, source);
    await test.advance(500);
    return source;
  }

  /** The same, a moment after its value has ended. */
  async function stale(test: TestCache): Promise<Source> {
    const source = await loaded(test);
    await test.advance(1_001);
    return source;
  }

  async function expectAnswer(
    { advance }: Pick<TestCache, 'advance'>,
    reading: Reading,
    { answer, afterMs }: { readonly answer: number; readonly afterMs: number },
  ): Promise<void> {
    await advance(afterMs - 1);
    expect(reading.answer).toBeUndefined();
    await advance(1);
    expect(reading.answer).toBe(answer);
  }

  it('answers with the stale value when the loader is slower, and the load goes on and fills', async () => {
    const test = oneCache();
    const source = await stale(test);
    await expectAnswer(test, read(test, source), { answer: 1, afterMs: 100 });
    expect(names(test.events)).toContain('load.slow');
    await test.advance(400);
    expect(test.cache.peek('k')).toBe(2);
    expect([source.loads, source.aborted]).toEqual([2, 0]);
  });

  it('goes on loading when everybody has left with the stale value', async () => {
    const test = oneCache();
    const source = await stale(test);
    const leaving = new AbortController();
    const slow = test.cache.getOrSet('k', source.load, { ...options, signal: leaving.signal });
    await test.advance(100);
    expect(await slow).toBe(1);
    leaving.abort();
    await test.advance(400);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('is over at once for whoever comes when the load has been running for that long', async () => {
    const test = oneCache();
    const source = await stale(test);
    read(test, source);
    await test.advance(200);
    const late = read(test, source);
    await test.advance(0);
    expect(late.answer).toBe(1);
    expect(source.loads).toBe(2);
  });

  it('has nothing to answer with where nothing may be served', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 500);
    await expectAnswer(test, read(test, source), { answer: 1, afterMs: 500 });
    await test.advance(1_001);
    await test.cache.invalidate('k');
    await expectAnswer(test, read(test, source), { answer: 2, afterMs: 500 });
  });

  it('does not answer with what was invalidated while the load ran', async () => {
    const test = oneCache();
    const source = await stale(test);
    const slow = read(test, source);
    await test.advance(50);
    await test.cache.invalidate('k');
    await expectAnswer(test, slow, { answer: 2, afterMs: 450 });
  });

  it('does not answer with what was expired: that is for loads that fail', async () => {
    const test = oneCache();
    const source = await loaded(test);
    await test.cache.expire({ keys: 'k' });
    await expectAnswer(test, read(test, source), { answer: 2, afterMs: 500 });
  });

  it('holds where another process left the stale value', async () => {
    const { caches, advance, clock } = twoCaches();
    const [one, other] = caches;
    const source = new Source(clock, 500);
    read(one!, source);
    await advance(1_600);
    read(other!, source);
    const second = read(other!, source);
    await advance(150);
    expect(second.answer).toBe(1);
  });
});

describe('the hard timeout', () => {
  it('answers with the stale value where one is allowed, and otherwise fails with one code', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 5_000);
    const options = { ttl: '1s', staleIfError: '1h', loadTimeout: '1s' } as const;
    const failed = expect(test.cache.getOrSet('k', source.load, options)).rejects.toMatchObject({
      code: 'LOAD_TIMEOUT',
    });
    await test.advance(1_000);
    await failed;
    expect(source.aborted).toBe(1);
    await test.cache.set('k', 7, options);
    await test.advance(1_001);
    const served = test.cache.getOrSet('k', source.load, options);
    await test.advance(1_000);
    expect(await served).toBe(7);
    expect(source.aborted).toBe(2);
  });
});

describe('early refresh', { timeout: 30_000 }, () => {
  const options = { ttl: '1s', earlyRefresh: true } as const;

  it(
    'keeps nearly everybody from waiting for a value that many read',
    { tags: ['thorough'] },
    async () => {
      const test = oneCache();
      const source = new Source(test.clock, 100);
      await readOften(test, source, { ...options, everyMs: 50, forMs: 100 });
      const { waited, reads } = await readOften(test, source, {
        ...{ ...options, everyMs: 5, forMs: 60_000 },
      });
      expect(reads).toBe(12_000);
      expect(waited / reads).toBeLessThanOrEqual(0.005);
      // A load before each end, and not much before it.
      expect(source.loads).toBeGreaterThan(55);
      expect(source.loads).toBeLessThan(130);
      const started = test.events.filter(({ event }) => event === 'refresh.started');
      expect(started.length).toBeGreaterThan(50);
    },
  );

  it(
    'starts earlier with a larger beta, and not at all with none',
    { tags: ['thorough'] },
    async () => {
      const loads = async (earlyRefresh: number | boolean): Promise<number> => {
        const test = oneCache();
        const source = new Source(test.clock, 20);
        await readOften(test, source, { ttl: '1s', earlyRefresh, everyMs: 5, forMs: 20_000 });
        return source.loads;
      };
      const [none, one, five] = [await loads(false), await loads(true), await loads(5)];
      expect(none).toBe(20);
      expect(one).toBeGreaterThan(none);
      expect(five).toBeGreaterThan(one);
    },
  );

  it('never refreshes what is read seldom', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 1);
    await readOften(test, source, {
      ttl: '1m',
      earlyRefresh: true,
      everyMs: 7_000,
      forMs: 600_000,
    });
    expect(source.loads).toBe(10);
  });

  it('goes by the load time of another process, which the shared store tells', async () => {
    const { caches, advance, clock } = twoCaches({ seed: 3 });
    const source = new Source(clock, 100);
    const [one, other] = caches as [TestCache, TestCache];
    const first = one.cache.getOrSet('k', source.load, options);
    await advance(100);
    await first;
    const { waited } = await readOften({ cache: other.cache, advance }, source, {
      ...{ ...options, everyMs: 5, forMs: 5_000 },
    });
    expect(waited).toBeLessThan(10);
    expect(names(other.events)).toContain('refresh.started');
  });

  it('lets one process load what many would refresh', { tags: ['thorough'] }, async () => {
    const { caches, advance, clock } = twoCaches({ seed: 5 });
    const source = new Source(clock, 100);
    const both = caches.map(({ cache }) =>
      readOften(
        { cache, advance: (ms) => (cache === caches[0]!.cache ? advance(ms) : pause()) },
        source,
        {
          ...{ ...options, everyMs: 5, forMs: 20_000 },
        },
      ),
    );
    const pause = (): Promise<void> => settle();
    await Promise.all(both);
    expect(source.loads).toBeLessThan(40);
  });

  it('works without a memory of the process', async () => {
    const test = twoCaches({ memory: false, seed: 2 });
    const source = new Source(test.clock, 100);
    const { cache } = test.caches[0]!;
    await readOften({ cache, advance: test.advance }, source, {
      ...options,
      everyMs: 50,
      forMs: 150,
    });
    await readOften({ cache, advance: test.advance }, source, {
      ...options,
      everyMs: 10,
      forMs: 3_000,
    });
    expect(names(test.caches[0]!.events)).toContain('refresh.started');
  });

  it('does not fill what was invalidated while it ran', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    const always = { ttl: '1s', earlyRefresh: 100 };
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(101);
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(50);
    expect(source.loads).toBe(2);
    await test.cache.invalidate('k');
    await test.advance(1_000);
    expect(test.cache.peek('k')).toBeUndefined();
    expect(await test.cache.lookup('k')).toMatchObject({ hit: false });
  });

  it('is thought of by reads of several keys, too', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    const load = (keys: readonly string[], contexts: readonly { signal: AbortSignal }[]) =>
      Promise.all(keys.map((_, n) => source.load(contexts[n]!)));
    const always = { ttl: '1s', earlyRefresh: 100 };
    void test.cache.getOrSetMany(['k'], load, always);
    await test.advance(101);
    void test.cache.getOrSetMany(['k'], load, always);
    await test.advance(100);
    expect(source.loads).toBe(2);
  });

  it('leaves peek its value', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    void test.cache.getOrSet('k', source.load, { ttl: '1s', earlyRefresh: 100, refreshAhead: 3 });
    await test.advance(101);
    expect(test.cache.peek('k')).toBe(1);
  });
});

describe('refresh ahead', { timeout: 30_000 }, () => {
  const options = { ttl: '10s', refreshAhead: 3 } as const;
  const use = async (test: TestCache, source: Source, times: number): Promise<void> => {
    for (let n = 0; n < times; n++) void test.cache.getOrSet('k', source.load, options);
    await test.advance(200);
  };

  it('loads what was read often enough before it ends, though nobody asks then', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.advance(8_000);
    expect(source.loads).toBe(1);
    await test.advance(1_650);
    expect(source.loads).toBe(2);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('lets go of what was read less often, and of what nobody reads any more', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 2);
    await test.advance(20_000);
    expect(source.loads).toBe(1);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.advance(60_000);
    expect(source.loads).toBe(3);
    expect(test.cache.peek('k')).toBeUndefined();
  });

  it('begins early enough for a slow load', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 2_000);
    await use(test, source, 1);
    await test.advance(2_000);
    await use(test, source, 3);
    // Loaded at 2 s, so it ends at 12 s; a load takes 2 s, so 4 s before that.
    await test.advance(12_000 - 2_400 - 1);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('does nothing about what was invalidated', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.cache.invalidate('k');
    await test.advance(60_000);
    expect(source.loads).toBe(1);
  });

  it('is not stored when the key is invalidated while it runs', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.advance(8_650);
    expect(source.loads).toBe(1);
    await test.advance(100);
    expect(source.loads).toBe(2);
    await test.cache.invalidate('k');
    await test.advance(1_000);
    expect(test.cache.peek('k')).toBeUndefined();
  });

  it('runs a few at once, lets some wait, and drops the others', async () => {
    const test = oneCache({ loads: { ahead: 2, aheadQueued: 3 } });
    let [running, most, loads] = [0, 0, 0];
    const load = async (): Promise<number> => {
      most = Math.max(most, ++running);
      loads++;
      await new Promise<void>((resolve) => test.clock.schedule(100, resolve));
      running--;
      return 1;
    };
    const keys = Array.from({ length: 10 }, (_, n) => `k${n}`);
    const readAll = (): void => {
      for (const key of keys) void test.cache.getOrSet(key, load, options);
    };
    readAll();
    await test.advance(200);
    for (let n = 0; n < 3; n++) readAll();
    await test.advance(200);
    [most, loads] = [0, 0];
    await test.advance(9_600);
    expect({ most, loads }).toEqual({ most: 2, loads: 5 });
    expect(names(test.events).filter((name) => name === 'refresh.dropped')).toHaveLength(5);
  });

  it('does nothing any more when the cache is closed', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.close();
    await test.advance(60_000);
    expect(source.loads).toBe(1);
  });

  it('takes what another process has refreshed', async () => {
    const { caches, advance, clock } = twoCaches();
    const source = new Source(clock, 100);
    for (let round = 0; round < 5; round++) {
      for (const { cache } of caches) void cache.getOrSet('k', source.load, options);
      await advance(200);
    }
    await advance(9_000);
    expect(source.loads).toBe(2);
    expect(caches.map(({ cache }) => cache.peek('k'))).toEqual([2, 2]);
  });
});

describe('notModified', () => {
  interface Row {
    readonly etag: string;
    readonly text: string;
  }
  /** A source that answers by etag. */
  class Rows {
    row: Row = { etag: 'a', text: 'first' };
    sent = 0;
    readonly load = (context: {
      readonly stale: unknown;
      notModified(): never;
      addTags(...tags: string[]): void;
    }): Row => {
      const before = context.stale as Row | undefined;
      if (before?.etag === this.row.etag) return context.notModified();
      this.sent++;
      context.addTags('rows');
      return this.row;
    };
  }
  const options = { ttl: '1s', staleIfError: '1h' } as const;

  it('renews what is there', async () => {
    const { cache, advance } = oneCache();
    const rows = new Rows();
    await cache.getOrSet('k', rows.load, options);
    await advance(1_500);
    expect(await cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    await advance(900);
    expect(cache.peek('k')).toEqual(rows.row);
    expect(rows.sent).toBe(1);
    rows.row = { etag: 'b', text: 'second' };
    await advance(500);
    expect(await cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    expect(rows.sent).toBe(2);
  });

  it('keeps the tags that the value was found by', async () => {
    const { cache, advance } = oneCache();
    const rows = new Rows();
    await cache.getOrSet('k', rows.load, options);
    await advance(1_500);
    await cache.getOrSet('k', rows.load, options);
    await cache.invalidateTags('rows');
    expect(cache.peek('k')).toBeUndefined();
  });

  it('says so when there is nothing to renew', async () => {
    const { cache } = oneCache();
    const read = cache.getOrSet('k', (context) => context.notModified());
    await expect(read).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(read).rejects.toThrow('k has none');
  });

  it('renews for all processes what another one had loaded, without encoding or sending it again', async () => {
    let encoded = 0;
    const codec = {
      ...{ id: 200, name: 'counting' },
      encode: (value: unknown) => {
        encoded++;
        return Buffer.from(JSON.stringify(value));
      },
      decode: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as unknown,
    };
    const { caches, advance, hub } = twoCaches({ codec, memory: false });
    const confirm = vi.spyOn(hub.store('test'), 'confirm');
    const fill = vi.spyOn(hub.store('test'), 'fill');
    const rows = new Rows();
    await caches[0]!.cache.getOrSet('k', rows.load, options);
    await advance(1_500);
    expect(await caches[1]!.cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    await advance(500);
    expect(await caches[0]!.cache.lookup('k')).toMatchObject({ hit: true, state: 'fresh' });
    expect({ encoded, sent: rows.sent }).toEqual({ encoded: 1, sent: 1 });
    expect(await confirm.mock.results[0]!.value).toBe(true);
    // The first load, and what `confirm` of this store does.
    expect(fill).toHaveBeenCalledTimes(2);
  });

  it('renews a value that was invalidated, as the load of it that it is', async () => {
    const { caches, advance } = twoCaches();
    const rows = new Rows();
    await caches[0]!.cache.getOrSet('k', rows.load, options);
    await caches[0]!.cache.invalidateTags('rows');
    await advance(100);
    expect(await caches[0]!.cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    expect(rows.sent).toBe(1);
    expect(await caches[1]!.cache.get('k')).toEqual(rows.row);
  });

  it.each(['key', 'tag'])(
    'does not bring back what was invalidated by its %s meanwhile',
    async (by) => {
      const { caches, advance, clock } = twoCaches();
      const [one, other] = caches.map(({ cache }) => cache) as [
        TestCache['cache'],
        TestCache['cache'],
      ];
      const rows = new Rows();
      await one.getOrSet('k', rows.load, options);
      await advance(1_500);
      const slow = async (context: Parameters<Rows['load']>[0]): Promise<Row> => {
        const answer = rows.load(context);
        await new Promise<void>((resolve) => clock.schedule(100, resolve));
        return answer;
      };
      const read = one.getOrSet('k', slow, options);
      await advance(50);
      if (by === 'key') await other.invalidate('k');
      else await other.invalidateTags('rows');
      await advance(100);
      await read;
      await advance(10);
      expect(await one.lookup('k')).toMatchObject({ hit: false });
      expect(await other.lookup('k')).toMatchObject({ hit: false });
    },
  );
});

describe('errors of a loader', () => {
  it('are told to whoever waits, to nobody else, and kept nowhere', async () => {
    const { caches, advance } = twoCaches();
    const [one, other] = caches as [TestCache, TestCache];
    let loads = 0;
    const failing = (): never => {
      loads++;
      throw new Error('no such table');
    };
    await expect(one.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    await expect(one.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    await expect(other.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    expect(loads).toBe(3);
    await advance(10);
    expect(await other.cache.getOrSet('k', () => 5)).toBe(5);
  });

  it('of a refresh that nobody waits for are reported', async () => {
    const test = oneCache();
    const source = new Source(test.clock, 10);
    const options = { ttl: '1s', staleWhileRevalidate: '1m' } as const;
    void test.cache.getOrSet('k', source.load, options);
    await test.advance(1_100);
    source.isDown = true;
    expect(await test.cache.getOrSet('k', source.load, options)).toBe(1);
    await test.advance(10);
    const failed = test.events.filter(({ event }) => event === 'load.failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ key: 'k', served: true });
  });
});
