import { describe, expect, it } from 'vitest';
import type { HotStore, KeptHotList, WarmCall, WarmProgress } from '../index.ts';
import { createTestCache, createTestCaches } from '../../testing/index.ts';

/** A store of the list that outlives caches. */
function shelf(): HotStore & { list: unknown } {
  return {
    list: undefined,
    read() {
      return this.list;
    },
    write(list: KeptHotList) {
      this.list = structuredClone(list);
    },
  };
}

const times = async (count: number, run: () => unknown): Promise<void> => {
  for (let n = 0; n < count; n++) await run();
};

describe('warm', () => {
  it('makes the calls it is given, so many at once, and tells how it goes', async () => {
    await using test = createTestCache();
    const { cache } = test;
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
    const started: number[] = [];
    const progress: WarmProgress[] = [];
    const calls = gates.map(({ promise }, n): WarmCall => () => {
      started.push(n);
      return cache.getOrSet(`k${n}`, () => promise);
    });
    const warming = cache.warm({ calls, concurrent: 2, onProgress: (now) => progress.push(now) });
    await test.advance(0);
    expect(started).toEqual([0, 1]);
    gates[1]!.reject(new Error('not this one'));
    await test.advance(0);
    expect(started).toEqual([0, 1, 2]);
    for (const { resolve } of gates) resolve(7);
    expect(await warming).toEqual({ done: 5, failed: 1, ended: 'complete', ms: 0 });
    expect([cache.peek('k0'), cache.peek('k1'), cache.peek('k4')]).toEqual([7, undefined, 7]);
    expect(progress.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5]);
    const told = test.events.filter(({ event }) => event.startsWith('warm'));
    expect(told.map(({ event }) => event)).toEqual([
      ...Array.from({ length: 5 }, () => 'warming.progressed'),
      'warmed',
    ]);
  });

  it('takes calls as they come, and no more than its limit', async () => {
    await using test = createTestCache();
    let asked = 0;
    async function* endless(): AsyncGenerator<WarmCall> {
      for (;;) {
        const key = `k${asked++}`;
        yield () => test.cache.getOrSet(key, () => 1);
      }
    }
    const report = await test.cache.warm({ calls: endless(), limit: 3, concurrent: 2 });
    expect(report).toMatchObject({ done: 3, failed: 0, ended: 'limit' });
    expect(asked).toBeLessThanOrEqual(5);
    expect(test.cache.stats().entries).toBe(3);
  });

  it('ends at its time and when it is told to, without waiting for what runs', async () => {
    await using test = createTestCache();
    const { cache } = test;
    const calls = (): WarmCall[] => [() => new Promise(() => {}), () => 1];
    const timed = cache.warm({ calls, within: '1s', concurrent: 1 });
    await test.advance(1_001);
    expect(await timed).toMatchObject({ done: 0, ended: 'time' });
    const controller = new AbortController();
    const told: unknown[] = [];
    const heard: WarmCall = (signal) => {
      signal.addEventListener('abort', () => told.push(signal.reason));
      return new Promise(() => {});
    };
    const left = cache.warm({ calls: [heard], signal: controller.signal });
    await test.advance(0);
    controller.abort('enough');
    expect(await left).toMatchObject({ done: 0, ended: 'aborted' });
    expect(told).toEqual(['enough']);
    const late = await cache.warm({ calls, signal: controller.signal });
    expect(late).toMatchObject({ done: 0, ended: 'aborted' });
  });

  it('ends with the cache', async () => {
    const { cache, advance, close } = createTestCache();
    const warming = cache.warm({ calls: [() => new Promise(() => {})] });
    await advance(0);
    await close();
    expect(await warming).toMatchObject({ ended: 'aborted' });
    await expect(cache.warm()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => cache.warmEvery('1m')).toThrow('closed');
  });

  it('loads once for two processes that warm the same, and never what was invalidated', async () => {
    await using tests = createTestCaches(2);
    const [one, two] = tests.caches.map(({ cache }) => cache);
    for (const cache of [one!, two!]) await cache.ready();
    let loads = 0;
    const load = async (): Promise<number> => ++loads;
    const calls = (cache: typeof one): WarmCall[] => [() => cache!.getOrSet('k', load)];
    await Promise.all([one!.warm({ calls: calls(one) }), two!.warm({ calls: calls(two) })]);
    expect([loads, one!.peek('k'), two!.peek('k')]).toEqual([1, 1, 1]);
    const pause = Promise.withResolvers<void>();
    const slow = one!.warm({
      calls: [() => one!.getOrSet('s', () => pause.promise.then(() => 'old'))],
    });
    await tests.advance(10);
    await two!.invalidate('s');
    await tests.advance(1_100);
    pause.resolve();
    await slow;
    expect([await one!.get('s'), await two!.get('s')]).toEqual([undefined, undefined]);
  });

  it.each<[object, string]>([
    [{ limit: 0 }, 'warm options.limit must be a whole number from 1'],
    [{ concurrent: 2_000 }, 'warm options.concurrent'],
    [{ within: -1 }, 'warm options.within'],
    [{ calls: 7 }, 'warm options.calls must be functions'],
    [{ calls: [7] }, 'each of warm options.calls must be a function, but was 7'],
    [{ calls: [], tags: ['a'] }, 'warm options.tags must be absent'],
    [{ signal: {} }, 'warm options.signal must be an AbortSignal'],
    [{ onProgress: 1 }, 'warm options.onProgress'],
    [{ every: 1 }, "no option 'every'"],
  ])('refuses %o', async (options, message) => {
    await using test = createTestCache();
    await expect(test.cache.warm(options)).rejects.toThrow(message);
  });
});

describe('what was used most', () => {
  const product = (cache: ReturnType<typeof createTestCache>['cache'], loaded: number[]) =>
    cache.wrap((id: number) => (loaded.push(id), { id }), {
      key: (id) => `product:${id}`,
      tags: ({ id }) => [`odd:${id % 2}`],
      remember: 'product',
    });

  it('is made again after a restart, the hottest first', async () => {
    const store = shelf();
    const before = createTestCache({ warming: { keep: store } });
    const used = product(before.cache, []);
    for (let id = 1; id <= 9; id++) await times(id === 7 ? 400 : id * 20, () => used(id));
    const { calls, tags } = before.cache.hottest();
    expect(calls[0]).toMatchObject({ name: 'product', args: [7], tags: ['odd:1'] });
    expect(tags.map(({ tag }) => tag)).toEqual(['odd:1', 'odd:0']);
    await before.close();

    const loaded: number[] = [];
    await using after = createTestCache({ warming: { keep: store } });
    const again = product(after.cache, loaded);
    expect(await after.cache.warm({ limit: 3, concurrent: 1 })).toMatchObject({ done: 3 });
    expect(loaded).toHaveLength(3);
    expect(loaded[0]).toBe(7);
    expect(again.peek(7)).toEqual({ id: 7 });
    expect(await after.cache.warm({ tags: ['odd:0'] })).toMatchObject({ ended: 'complete' });
    expect(loaded.slice(3).every((id) => id % 2 === 0)).toBe(true);
  });

  it('is kept in the remote, for every process that starts', async () => {
    await using tests = createTestCaches(2, { warming: { every: '10s' } });
    const [one, two] = tests.caches.map(({ cache }) => cache);
    for (const cache of [one!, two!]) await cache.ready();
    const used = product(one!, []);
    await times(40, () => used(5));
    await tests.advance(12_000);
    const loaded: number[] = [];
    product(two!, loaded);
    expect(await two!.warm()).toMatchObject({ done: 1, failed: 0 });
    expect(loaded).toEqual([]);
    expect(two!.peek('product:5')).toEqual({ id: 5 });
  });

  it('fades: what was hot once makes room for what is hot now', async () => {
    const store = shelf();
    await using test = createTestCache({ warming: { keep: store, remember: 2, every: '1m' } });
    const used = product(test.cache, []);
    await times(400, () => used(1));
    await times(200, () => used(2));
    await test.advance(12 * 3_600_000);
    await times(80, () => used(3));
    await times(40, () => used(4));
    await test.advance(120_000);
    expect(test.cache.hottest().calls.map(({ args }) => args)).toEqual([[3], [4]]);
  });

  it('has its namespaces apart, and leaves out what nobody wraps any more', async () => {
    const store = shelf();
    const before = createTestCache({ warming: { keep: store } });
    const gone = before.cache.wrap((id: number) => id, { key: (id) => `g${id}`, remember: 'gone' });
    const inner = product(before.cache.namespace('n'), []);
    await times(40, () => gone(1));
    await times(40, () => inner(1));
    await before.close();
    await using after = createTestCache({ warming: { keep: store } });
    const [here, inside]: number[][] = [[], []];
    product(after.cache, here!);
    product(after.cache.namespace('n'), inside!);
    await after.cache.namespace('n').warm();
    expect([here, inside]).toEqual([[], [1]]);
    expect(await after.cache.warm()).toMatchObject({ done: 1 });
  });

  it('counts calls of many, and none whose arguments cannot be kept', async () => {
    await using test = createTestCache();
    const used = product(test.cache, []);
    await times(40, () => used.many([1, 2]));
    const listed = test.cache.wrap((of: { id: number }) => of.id, {
      key: ({ id }) => `o${id}`,
      remember: 'listed',
    });
    await times(40, () => listed({ id: 1 }));
    const args = test.cache.hottest().calls.map((call) => call.args);
    expect(args.toSorted()).toEqual([[1], [2]]);
  });

  it('fails nobody when it cannot be kept or is not what it was', async () => {
    const store: HotStore = {
      read: () => ({ version: 1, calls: 7 }),
      write: () => Promise.reject(new Error('full')),
    };
    await using test = createTestCache({ warming: { keep: store, every: '1s' } });
    const used = product(test.cache, []);
    await times(20, () => used(1));
    await test.advance(1_200);
    expect(test.events.filter(({ event }) => event === 'warming.failed')).toMatchObject([
      { error: new Error('full') },
    ]);
    expect(await test.cache.warm()).toMatchObject({ done: 1, failed: 0 });
  });

  it('needs a name that no other function has', async () => {
    await using test = createTestCache();
    product(test.cache, []);
    expect(() => product(test.cache, [])).toThrow('a name that no other wrapped function has');
    const wrap = (remember: unknown) => () =>
      test.cache.wrap(() => 1, { key: () => 'k', remember: remember as string });
    expect(wrap('')).toThrow('wrap options.remember must be a name');
    expect(wrap(7)).toThrow('wrap options.remember must be a name');
  });
});

describe('warmEvery', () => {
  it('repeats, never twice at once, until it is ended', async () => {
    await using test = createTestCache();
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const calls = (): WarmCall[] => (runs++, [() => (runs === 2 ? gate.promise : 1)]);
    const end = test.cache.warmEvery('10s', { calls, within: '1h' });
    await test.advance(8_000);
    expect(runs).toBe(0);
    await test.advance(4_000);
    expect(runs).toBe(1);
    await test.advance(60_000);
    expect(runs).toBe(2);
    gate.resolve();
    await test.advance(12_000);
    expect(runs).toBe(3);
    end();
    await test.advance(60_000);
    expect(runs).toBe(3);
  });

  it('goes on after a run whose calls could not be had, which is told', async () => {
    await using test = createTestCache();
    let runs = 0;
    const calls = (): WarmCall[] => {
      if (++runs === 1) throw new Error('no list');
      return [];
    };
    test.cache.warmEvery('1s', { calls });
    await test.advance(2_500);
    expect(runs).toBeGreaterThan(1);
    const failed = test.events.filter(({ event }) => event === 'warming.failed');
    expect(failed).toMatchObject([{ error: new Error('no list') }]);
    expect(() => test.cache.warmEvery('1s', { calls: [] })).toThrow('a function that gives them');
    expect(() => test.cache.warmEvery(0)).toThrow('warmEvery interval');
  });
});
