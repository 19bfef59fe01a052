import { describe, expect, it } from 'vitest';
import type { Plugin, ReadAnswer, WriteContext } from '../index.ts';
import { createTestCache, createTestCaches } from '../../testing/index.ts';

const fail = (): never => {
  throw new Error('hook failed');
};

/** A plugin that tells what its hooks see before and after, as `name>` and `<name`. */
function told(name: string, steps: string[]): Plugin {
  const around = async <T>(what: string, next: () => Promise<T>): Promise<T> => {
    steps.push(`${name}>${what}`);
    try {
      return await next();
    } finally {
      steps.push(`<${name}`);
    }
  };
  return {
    name,
    read: ({ operation, key }, next) => around(`${operation} ${key}`, next),
    load: ({ key }, next) => around(`loader ${key}`, next),
    write: (context, next) => around(context.operation, next),
  };
}

describe('hooks around reads', () => {
  it('see every read, the first plugin outermost, and where its value came from', async () => {
    await using test = createTestCache();
    const answers: (ReadAnswer | undefined)[] = [];
    const steps: string[] = [];
    const cache = test.cache.use(told('a', steps)).use({
      name: 'b',
      async read(_, next) {
        const answer = await next();
        answers.push(answer);
        return answer;
      },
    });
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.getOrSet('k', () => 1)).toBe(1);
    expect(await cache.getOrSet('k', () => 2)).toBe(1);
    expect(await cache.lookup('k')).toEqual({ hit: true, value: 1, state: 'fresh' });
    const wrapped = cache.wrap((id: number) => id, { key: (id) => `w${id}` });
    expect([await wrapped(3), await wrapped.refresh(3)]).toEqual([3, 3]);
    expect(steps.filter((step) => step.startsWith('a>'))).toEqual([
      ...['a>find k', 'a>load k', 'a>loader k', 'a>load k', 'a>find k'],
      ...['a>load w3', 'a>loader w3', 'a>refresh w3', 'a>loader w3'],
    ]);
    expect(answers).toEqual([
      undefined,
      { value: 1, level: 'load', stale: false },
      { value: 1, level: 'memory', stale: false },
      { value: 1, level: 'memory', stale: false },
      { value: 3, level: 'load', stale: false },
      { value: 3, level: 'load', stale: false },
    ]);
  });

  it('see each of several keys, which are loaded by one call all the same', async () => {
    await using test = createTestCache();
    const steps: string[] = [];
    const cache = test.cache.use(told('a', steps));
    const calls: (readonly string[])[] = [];
    const load = async (keys: readonly string[]): Promise<string[]> => {
      calls.push(keys);
      return keys.map((key) => key.toUpperCase());
    };
    await cache.set('b', 'held');
    const reading = cache.getOrSetMany(['a', 'b', 'c'], load);
    await test.advance(5);
    expect(await reading).toEqual(['A', 'held', 'C']);
    expect(calls).toEqual([['a', 'c']]);
    expect(await cache.getMany(['a', 'x'])).toEqual(['A', undefined]);
    expect(steps.filter((step) => /find|load /.test(step))).toEqual([
      ...['a>load a', 'a>load b', 'a>load c', 'a>find a', 'a>find x'],
    ]);
  });

  it('may answer otherwise, and change nothing of what is cached', async () => {
    await using test = createTestCache();
    const doubled = test.cache.use({
      name: 'double',
      read: async (_, next) => {
        const answer = await next();
        return answer && { ...answer, value: (answer.value as number) * 2 };
      },
    });
    expect(await doubled.getOrSet('k', () => 21)).toBe(42);
    expect(await doubled.get('k')).toBe(42);
    expect(await test.cache.get('k')).toBe(21);
  });

  it('keep a synchronous look from passing them by', async () => {
    await using test = createTestCache();
    await test.cache.set('k', 1);
    const hooked = test.cache.use({ name: 'a', read: (_, next) => next() });
    expect([test.cache.peek('k'), hooked.peek('k')]).toEqual([1, undefined]);
    expect(test.cache.use({ name: 'b', load: (_, next) => next() }).peek('k')).toBe(1);
  });

  it('fail for the caller alone, and are told what they do wrong', async () => {
    await using test = createTestCache();
    const { cache } = test;
    const broken = cache.use({ name: 'broken', read: fail });
    await expect(broken.getOrSet('k', () => 1)).rejects.toThrow('hook failed');
    await expect(broken.getMany(['k'])).rejects.toThrow('hook failed');
    const twice = cache.use({ name: 'twice', read: async (_, next) => (await next(), next()) });
    await expect(twice.getOrSet('k', () => 1)).rejects.toThrow(
      "the plugin 'twice' called next() more than once",
    );
    const silent = cache.use({ name: 'silent', read: async () => undefined });
    await expect(silent.getOrSet('k', () => 2)).rejects.toThrow("the plugin 'silent' must return");
    expect(await silent.get('k')).toBeUndefined();
    expect(await cache.get('k')).toBe(1);
  });

  it('have no part in what is done through another view, and are part of namespaces inside', async () => {
    await using test = createTestCache();
    const steps: string[] = [];
    const hooked = test.cache.use(told('a', steps));
    await test.cache.getOrSet('k', () => 1);
    expect(steps).toEqual([]);
    await hooked.namespace('n').get('k');
    expect(steps).toEqual(['a>find ~n/k', '<a']);
    expect(hooked.stats()).toMatchObject({ loads: 1, misses: 1 });
  });
});

describe('hooks around loads', () => {
  it('change what is loaded, its tags and times, also in the background', async () => {
    await using test = createTestCache();
    const cache = test.cache.use({
      name: 'tags',
      async load({ addTags, setTtl }, next) {
        addTags('tenant:7');
        setTtl('1s');
        return `${String(await next())}!`;
      },
    });
    let loads = 0;
    const read = (): Promise<string> =>
      cache.getOrSet('k', () => `${++loads}`, { staleWhileRevalidate: '1m' });
    expect(await read()).toBe('1!');
    await test.advance(1_500);
    expect(await read()).toBe('1!');
    await test.advance(10);
    expect(await read()).toBe('2!');
    await cache.invalidateTags('tenant:7');
    expect(cache.peek('k')).toBeUndefined();
  });

  it('fail as the loader does: for those who wait, or behind a stale value', async () => {
    await using test = createTestCache();
    let isBroken = false;
    const cache = test.cache.use({
      name: 'a',
      load: (_, next) => (isBroken ? fail() : next()),
    });
    const read = (): Promise<number> =>
      cache.getOrSet('k', () => 1, { ttl: '1s', staleIfError: '1m' });
    expect(await read()).toBe(1);
    isBroken = true;
    await test.advance(2_000);
    expect(await read()).toBe(1);
    await cache.invalidate('k');
    await expect(read()).rejects.toThrow('hook failed');
    const failed = test.events.filter(({ event }) => event === 'load.failed');
    expect(failed).toMatchObject([{ served: true }, { served: false }]);
  });

  it('are bounded by the time of the load', async () => {
    await using test = createTestCache();
    const cache = test.cache.use({ name: 'a', load: () => new Promise(() => {}) });
    const reading = cache.getOrSet('k', () => 1, { loadTimeout: '1s' });
    const outcome = expect(reading).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await test.advance(1_001);
    await outcome;
  });
});

describe('hooks around writes', () => {
  it('may change what is set, one value or many', async () => {
    await using test = createTestCache();
    const seen: WriteContext[] = [];
    const cache = test.cache.use({
      name: 'a',
      write: (context, next) => {
        seen.push(context);
        return context.operation === 'set' ? next(`${String(context.value)}!`) : next();
      },
    });
    expect(await cache.set('k', 1)).toEqual({ status: 'applied' });
    await cache.setMany([['l', 2]]);
    expect(await cache.mutate({ keys: 'k' }, () => 'done')).toBe('done');
    expect([cache.peek('k'), cache.peek('l')]).toEqual([undefined, '2!']);
    expect(seen).toEqual([
      { operation: 'set', key: 'k', value: 1 },
      { operation: 'set', key: 'l', value: 2 },
      { operation: 'mutate', targets: { keys: 'k' } },
    ]);
  });

  it('keep nothing alive that was invalidated while they took their time', async () => {
    await using tests = createTestCaches(2);
    const [one, two] = tests.caches.map(({ cache }) => cache);
    for (const cache of [one!, two!]) await cache.ready();
    const pause = Promise.withResolvers<void>();
    const slow = one!.use({
      name: 'slow',
      write: async (_, next) => (await pause.promise, next()),
    });
    const setting = slow.set('k', 'of before');
    const writing = slow.set('w', 'of before', { writer: () => {} });
    await two!.invalidate(['k', 'w']);
    await tests.advance(1_000);
    pause.resolve();
    await Promise.all([setting, writing]);
    for (const cache of [one!, two!]) {
      expect([await cache.get('k'), await cache.get('w')]).toEqual([undefined, undefined]);
    }
  });

  it('fail before anything is written, or after, as far as they came', async () => {
    await using test = createTestCache();
    const before = test.cache.use({ name: 'before', write: fail });
    const after = test.cache.use({
      name: 'after',
      write: async (_, next) => (await next(), fail()),
    });
    await expect(before.set('k', 1)).rejects.toThrow('hook failed');
    expect(test.cache.peek('k')).toBeUndefined();
    await expect(after.set('k', 2)).rejects.toThrow('hook failed');
    expect(test.cache.peek('k')).toBe(2);
    const swallowed = test.cache.use({ name: 'swallow', write: async () => {} });
    await expect(swallowed.set('k', 3)).rejects.toThrow("the plugin 'swallow' must return");
  });

  it('never keep a mutation from invalidating', async () => {
    await using test = createTestCache();
    await test.cache.set('k', 'old');
    let ran = false;
    const broken = test.cache.use({ name: 'a', write: fail });
    await expect(broken.mutate({ keys: 'k' }, () => (ran = true))).rejects.toThrow('hook failed');
    expect([ran, test.cache.peek('k')]).toEqual([false, undefined]);
  });

  it('write nothing of many when one of them is wrong', async () => {
    await using test = createTestCache();
    const steps: string[] = [];
    const cache = test.cache.use(told('a', steps));
    await expect(
      cache.setMany([
        ['k', 1],
        ['', 2],
      ]),
    ).rejects.toThrow('non-empty');
    await expect(cache.setMany([['k', 1]], { tll: 1 } as object)).rejects.toThrow('tll');
    expect([steps, cache.stats().entries]).toEqual([[], 0]);
  });
});

describe('use', () => {
  it('adds the listeners of a plugin, to the whole cache', async () => {
    await using test = createTestCache();
    const loaded: string[] = [];
    test.cache.use({ name: 'a', on: { loaded: ({ key }) => loaded.push(key) } });
    await test.cache.getOrSet('k', () => 1);
    expect(loaded).toEqual(['k']);
  });

  it.each<[object, string]>([
    [{}, 'the name of a plugin must be a non-empty string'],
    [{ name: 'a', red: () => {} }, "the plugin has no option 'red'"],
    [{ name: 'a', read: 1 }, "read of the plugin 'a' must be a function"],
    [{ name: 'a', on: 1 }, "on of the plugin 'a' must be an object"],
    [{ name: 'a', on: { lodaed: () => {} } }, 'the event must be one of'],
  ])('refuses %o', async (plugin, message) => {
    await using test = createTestCache();
    expect(() => test.cache.use(plugin as Plugin)).toThrow(message);
  });
});
