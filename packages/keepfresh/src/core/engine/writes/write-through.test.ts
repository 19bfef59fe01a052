import { describe, expect, it, vi } from 'vitest';
import { createTestCache, createTestCaches } from '../../../testing/create-test-cache.ts';

/** Two processes, and a source of texts. */
function setUp() {
  const test = createTestCaches(2);
  const [one, two] = test.caches.map(({ cache }) => cache);
  const refused: string[] = [];
  for (const cache of [one!, two!]) cache.on('refused', ({ reason }) => refused.push(reason));
  const source = new Map<string, string>();
  const save = (value: string): void => void source.set('k', value);
  const read = (cache = one!) => cache.getOrSet('k', () => source.get('k'));
  return { test, one: one!, two: two!, refused, source, save, read };
}

/** A promise, and what settles it. */
function gate() {
  return Promise.withResolvers<void>();
}

describe('a value that is written through', () => {
  it('reaches the source first, and is then kept for every process', async () => {
    const { test, one, two, source, save } = setUp();
    await using _ = test;
    await test.advance(100);
    const { promise, resolve } = gate();
    const setting = one.set('k', 'new', { writer: (value) => promise.then(() => save(value)) });
    await test.advance(50);
    expect([await one.get('k'), source.get('k')]).toEqual([undefined, undefined]);
    resolve();
    expect(await setting).toEqual({ status: 'applied' });
    expect(source.get('k')).toBe('new');
    expect(one.peek('k')).toBe('new');
    await test.advance(100);
    expect(await two.get('k')).toBe('new');
    await test.advance(2_000);
    expect(await two.get('k')).toBe('new');
  });

  it('is kept as the source made it, with the tags and the version of that', async () => {
    const { cache, advance, close } = createTestCache();
    await cache.set(
      'k',
      { id: 7, row: 0 },
      {
        writer: (draft) => ({ ...draft, row: 3 }),
        tags: ({ row }) => [`row:${row}`],
        version: ({ row }) => row,
      },
    );
    expect(cache.peek('k')).toEqual({ id: 7, row: 3 });
    await cache.set('k', { id: 7, row: 2 }, { version: 2 });
    expect(cache.peek('k')).toEqual({ id: 7, row: 3 });
    await cache.invalidateTags('row:3');
    expect(cache.peek('k')).toBeUndefined();
    await advance(0);
    await close();
  });

  it('is not kept when the source may have it or not, and neither is what was there', async () => {
    const { test, one, source, save, read } = setUp();
    await using _ = test;
    source.set('k', 'old');
    expect(await read()).toBe('old');
    const lost = one.set('k', 'new', {
      writer: (value) => {
        save(value);
        throw new Error('connection lost');
      },
    });
    await expect(lost).rejects.toThrow('connection lost');
    expect(await read()).toBe('new');
    const writer = () => Promise.reject(new Error('refused'));
    await expect(one.set('k', 'newer', { writer })).rejects.toThrow('refused');
    expect(await read()).toBe('new');
  });

  it('is not kept when another process wrote meanwhile, and neither is the other', async () => {
    const { test, one, two, refused, source, save, read } = setUp();
    await using _ = test;
    await test.advance(100);
    const { promise, resolve } = gate();
    const slow = one.set('k', 'first', {
      writer: async (value) => {
        save(value);
        await promise;
      },
    });
    await test.advance(10);
    await two.set('k', 'second', { writer: save });
    await test.advance(10);
    resolve();
    await slow;
    await test.advance(10);
    expect([one.peek('k'), await two.get('k')]).toEqual([undefined, undefined]);
    expect(refused).toEqual(['held', 'invalidated']);
    expect([await read(one), await read(two)]).toEqual([source.get('k'), 'second']);
  });

  it('is not kept when its tag was invalidated meanwhile', async () => {
    const { test, one, refused } = setUp();
    await using _ = test;
    const writer = async (): Promise<void> => void (await one.invalidateTags('t'));
    await one.set('k', 'new', { writer, tags: ['t'] });
    expect(one.peek('k')).toBeUndefined();
    expect(refused).toEqual(['invalidated']);
  });

  it('never fails for the remote alone once the source has it', async () => {
    const { test, one, save } = setUp();
    await using _ = test;
    await test.advance(100);
    const append = vi.spyOn(test.hub.log('test'), 'append').mockRejectedValue(new Error('away'));
    const setting = one.set('k', 'new', { writer: save });
    await test.advance(3_000);
    expect(await setting).toEqual({ status: 'queued' });
    expect(one.peek('k')).toBe('new');
    append.mockRestore();
  });

  it('does not run without its marker where that is required', async () => {
    const { test, one, source, save } = setUp();
    await using _ = test;
    await test.advance(100);
    vi.spyOn(test.hub.log('test'), 'append').mockRejectedValue(new Error('away'));
    const setting = one.set('k', 'new', { writer: save, marker: 'required' });
    const outcome = expect(setting).rejects.toMatchObject({ code: 'MARKER_FAILED' });
    await test.advance(3_000);
    await outcome;
    expect(source.size).toBe(0);
  });
});

describe('a writer', () => {
  it('may say that the value is not to be kept', async () => {
    await using test = createTestCache();
    const { cache } = test;
    const keys: string[] = [];
    await cache.set('k', 1, {
      writer: (_, { key, skip }) => {
        keys.push(key);
        skip();
      },
    });
    expect([keys, cache.peek('k')]).toEqual([['k'], undefined]);
  });

  it('gets what may never be cached, and nothing that cannot be', async () => {
    await using test = createTestCache({ never: ['balance:*'] });
    const { cache } = test;
    const written: unknown[] = [];
    const writer = (value: unknown): void => void written.push(value);
    expect(await cache.set('balance:7', 1, { writer })).toEqual({ status: 'applied' });
    expect(cache.peek('balance:7')).toBeUndefined();
    const setting = cache.set('k', () => 1, { writer });
    await expect(setting).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(written).toEqual([1]);
  });

  it('is told by its signal when its time is over', async () => {
    await using test = createTestCache();
    const { cache, advance } = test;
    const setting = cache.set('k', 1, {
      timeout: '1s',
      writer: (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    });
    const outcome = expect(setting).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await advance(1_000);
    await outcome;
  });

  it.each<[object, string]>([
    [{ writer: 1 }, 'set options.writer must be a function, but was 1'],
    [{ timeout: '1s' }, 'set options.timeout must be absent without a writer, but was "1s"'],
    [{ marker: 'required' }, 'set options.marker must be absent without a writer'],
    [{ writer: () => {}, marker: 'x' }, "set options.marker must be 'preferred' or 'required'"],
    [{ version: -1 }, 'set options.version must be a whole number'],
  ])('is refused in words where it is wrong: %o', async (options, message) => {
    await using test = createTestCache();
    await expect(test.cache.set('k', 1, options)).rejects.toThrow(message);
    await expect(test.cache.setMany([], { writer: () => {} } as object)).rejects.toThrow(
      "no option 'writer'",
    );
  });
});
