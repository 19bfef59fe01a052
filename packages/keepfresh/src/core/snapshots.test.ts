import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encrypted, pipeline } from '../codecs/index.ts';
import { memoryRemote } from '../memory/remote/memory-remote.ts';
import {
  createTestCache,
  createTestCaches,
  type TestCacheOptions,
  type TestCaches,
} from '../testing/create-test-cache.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';
import type { ExportOptions } from './snapshots.ts';

async function linesOf(cache: Cache, options?: ExportOptions): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of cache.exportEntries(options)) lines.push(line);
  return lines;
}

const nothing = {
  ...{ kept: 0, present: 0, invalidated: 0, expired: 0, unjudged: 0, refused: 0, corrupt: 0 },
  complete: true,
};

/** Two processes; what the first has is exported, and the second has nothing yet. */
async function setUp(options: Omit<TestCacheOptions, 'remote'> = {}) {
  const test = createTestCaches(2, options);
  const [one, two] = test.caches.map(({ cache }) => cache);
  await test.advance(100);
  return { test, one: one!, two: two!, peek: (key = 'k') => two!.peek(key) };
}

describe('a snapshot', () => {
  it('brings what one process has in memory into that of another', async () => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    const value = { at: new Date(5), many: new Map([[1, 2n]]) };
    await one.set('k', value, { tags: ['t'], ttl: '1m' });
    await one.set('other', null);
    await test.advance(10);
    const lines = await linesOf(one);
    expect(await two.importEntries(lines)).toEqual({ ...nothing, kept: 2 });
    expect([peek(), peek('other')]).toEqual([value, null]);
    expect((await two.inspect('k')).memory).toMatchObject({ standing: 'fresh', tags: ['t'] });
    await one.invalidateTags('t');
    await test.advance(10);
    expect([peek(), peek('other')]).toEqual([undefined, null]);
    await test.advance(60_000);
  });

  it.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['its key', (cache) => cache.invalidate('k')],
    ['its tag', (cache) => cache.invalidateTags('t')],
    ['a pattern', (cache) => cache.invalidatePattern('k*')],
    ['everything', (cache) => cache.clear()],
    ['a mutation', (cache) => cache.mutate({ tags: 't' }, () => {})],
    ['a newer value', (cache) => cache.set('k', 'newer').then(() => cache.invalidate('k'))],
  ])('brings back nothing that was invalidated since by %s', async (_how, invalidate) => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    await one.set('k', 'old', { tags: ['t'] });
    await test.advance(10);
    const lines = await linesOf(one);
    await invalidate(one);
    expect(await two.importEntries(lines)).toEqual({ ...nothing, invalidated: 1 });
    expect(peek()).toBeUndefined();
  });

  it('brings what the store has of the keys that are named, and of no others', async () => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    for (const key of ['a', 'b', 'c']) await two.getOrSet(key, () => key);
    await test.advance(10);
    const lines = await linesOf(one, { keys: ['a', 'b', 'nowhere'] });
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(1, 3))
      await two.invalidate((JSON.parse(line) as { key: string }).key);
    expect(await two.importEntries(lines)).toEqual({ ...nothing, invalidated: 2 });
    expect(peek('c')).toBe('c');
  });

  it('keeps what is there already, and the newest of what waits for its source', async () => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    await one.set('k', 'old');
    await one.set('behind', 'old');
    await test.advance(10);
    const lines = await linesOf(one);
    await two.get('k');
    const queue = two.writeBehind(() => {});
    await queue.set('behind', 'new');
    expect(await two.importEntries(lines)).toEqual({ ...nothing, present: 1, invalidated: 1 });
    expect([peek(), peek('behind')]).toEqual(['old', 'new']);
  });

  it('is not judged by a process that cannot know of every key since', async () => {
    const { test, one, peek } = await setUp();
    await using _ = test;
    await one.set('k', 'old');
    const lines = await linesOf(one);
    await one.invalidate('k');
    await test.advance(120_000);
    await one.invalidate('later');
    await test.advance(2_000);
    const late = anotherOver(test);
    await test.advance(100);
    expect(await late.importEntries(lines)).toEqual({ ...nothing, unjudged: 1 });
    expect([late.peek('k'), peek()]).toEqual([undefined, undefined]);
    await late.close();
  });

  it('of another epoch is refused, unless it is adopted: then it is as good as loaded', async () => {
    const first = createTestCache();
    await first.cache.set('k', 'v', { ttl: '1m', tags: ['t'] });
    await first.advance(50_000);
    const lines = await linesOf(first.cache);
    await first.close();
    const second = createTestCache({ seed: 2 });
    const { cache } = second;
    const refused = expect(cache.importEntries(lines)).rejects;
    await refused.toMatchObject({ code: 'SNAPSHOT_REFUSED' });
    expect(cache.peek('k')).toBeUndefined();
    expect(await cache.importEntries(lines, { adopt: true })).toEqual({ ...nothing, kept: 1 });
    await second.advance(59_999);
    expect(cache.peek('k')).toBe('v');
    await second.advance(10);
    expect(cache.peek('k')).toBeUndefined();
    await second.close();
  });

  it('is adopted as of the start of the import: what is invalidated meanwhile stays so', async () => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    await one.set('k', 'old');
    await one.set('l', 'old');
    await test.advance(10);
    const lines = await linesOf(one);
    const slowly = async function* (): AsyncGenerator<string> {
      yield lines[0]!;
      await two.invalidate('k');
      yield* lines.slice(1);
    };
    const counts = await two.importEntries(slowly(), { adopt: true });
    expect(counts).toEqual({ ...nothing, kept: 1, invalidated: 1 });
    expect([peek('k'), peek('l')]).toEqual([undefined, 'old']);
  });

  it('is adopted as of the call: what is invalidated before its first line stays so', async () => {
    const { test, one } = await setUp();
    await using _ = test;
    await using alone = createTestCache();
    for (const cache of [one, alone.cache]) {
      await cache.set('k', 'old');
      const lines = await linesOf(cache);
      await cache.clear();
      const importing = cache.importEntries(lines, { adopt: true });
      await cache.invalidate('k');
      expect(await importing).toEqual({ ...nothing, invalidated: 1 });
      expect(cache.peek('k')).toBeUndefined();
    }
  });

  it('holds nothing that a mutation covers', async () => {
    const { test, one, two, peek } = await setUp();
    await using _ = test;
    await one.set('k', 'old');
    await test.advance(10);
    const lines = await linesOf(one);
    void two.mutate({ keys: 'k' }, () => new Promise(() => {})).catch(() => {});
    await test.advance(10);
    const counts = await two.importEntries(lines, { adopt: true });
    expect([counts.refused, peek()]).toEqual([1, undefined]);
  });

  it('has the names of its view only', async () => {
    const { cache, close } = createTestCache({ never: ['money*'] });
    const catalog = cache.namespace('catalog');
    await cache.set('k', 1);
    await catalog.set('k', 2, { tags: ['t'] });
    const [all, part] = [await linesOf(cache), await linesOf(catalog)];
    expect([all.length, part.length]).toEqual([4, 3]);
    await cache.clear();
    const adopt = { adopt: true };
    expect(await catalog.importEntries(all, adopt)).toEqual({ ...nothing, kept: 1, refused: 1 });
    expect([cache.peek('k'), catalog.peek('k')]).toEqual([undefined, 2]);
    const money = all.map((line) => line.replace('"key":"k"', '"key":"money"'));
    expect(await cache.importEntries(money, adopt)).toEqual({ ...nothing, present: 1, refused: 1 });
    await catalog.invalidateTags('t');
    expect(catalog.peek('k')).toBeUndefined();
    await close();
  });

  it('has values as the remote keeps them: never in plain where they are encrypted', async () => {
    const secret = Buffer.alloc(32, 7);
    const codec = pipeline({ steps: [encrypted({ keys: [{ id: 'a', secret }] })] });
    const { test, one, two, peek } = await setUp({ codec });
    await using _ = test;
    await one.set('k', 'a secret of somebody');
    await test.advance(10);
    const lines = await linesOf(one);
    const bytes = lines.map((line) =>
      Buffer.from((JSON.parse(line) as { record?: string }).record ?? '', 'base64').toString(
        'latin1',
      ),
    );
    expect([...lines, ...bytes].join()).not.toContain('secret');
    expect(await two.importEntries(lines)).toEqual({ ...nothing, kept: 1 });
    expect(peek()).toBe('a secret of somebody');
    const moved = lines.map((line) => line.replace('"key":"k"', '"key":"l"'));
    expect(await two.importEntries(moved)).toEqual({ ...nothing, corrupt: 1 });
  });

  it('has no entry that lives longer than any may', async () => {
    const { cache, advance, close } = createTestCache();
    await cache.set('k', 'v', { ttl: '7d' });
    const lines = await linesOf(cache);
    await cache.clear();
    await advance(86_400_000);
    await cache.importEntries(lines, { adopt: true });
    await advance(7 * 86_400_000 - 10);
    expect(cache.peek('k')).toBe('v');
    await advance(20);
    expect(cache.peek('k')).toBeUndefined();
    await close();
  });
});

describe('a stream that is no snapshot', () => {
  const isInvalid = { code: 'SNAPSHOT_INVALID' };

  it('is refused by its first line', async () => {
    await using test = createTestCache();
    const { cache } = test;
    for (const source of [
      [],
      ['{}\n'],
      ['{"keepfresh":"snapshot","version":2,"epoch":"00"}\n'],
      ['x'],
    ]) {
      await expect(cache.importEntries(source)).rejects.toMatchObject(isInvalid);
    }
    const entry = (await linesOf(cache)).slice(1);
    await expect(cache.importEntries(entry)).rejects.toMatchObject(isInvalid);
  });

  it('is taken as far as its lines can be read, up to a number of corrupt ones', async () => {
    await using test = createTestCache();
    const { cache } = test;
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    const lines = await linesOf(cache);
    await cache.clear();
    const broken = lines.map((line, n) => (n === 1 ? `${line.slice(0, -9)}\n` : line));
    broken.splice(2, 0, '{"__proto__":{"polluted":1},"key":"x"}\n', `"${'x'.repeat(2_000)}"\n`);
    const options = { adopt: true, maxLine: '1kb' } as const;
    const counts = await cache.importEntries(broken.slice(0, -1), options);
    expect(counts).toEqual({ ...nothing, kept: 2, corrupt: 3, complete: false });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const strictly = cache.importEntries(broken, { ...options, maxCorrupt: 2 });
    await expect(strictly).rejects.toThrow('more than 2 of the first 4 lines');
  });

  it('never brings anything but what was exported, whatever bytes of it were changed', async () => {
    await using test = createTestCache();
    const { cache } = test;
    await cache.set('k', 'v');
    const bytes = Buffer.from((await linesOf(cache)).join(''));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        await cache.clear();
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        const options = { adopt: true, maxCorrupt: 9 };
        await cache.importEntries([changed], options).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'CacheError' });
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('an export or import', () => {
  it('is ended by its signal, and tells how far it is', { tags: ['thorough'] }, async () => {
    await using test = createTestCache();
    const { cache } = test;
    for (let n = 0; n < 1_500; n++) await cache.set(`k${n}`, n);
    const exported: number[] = [];
    const lines = await linesOf(cache, { onProgress: (count) => exported.push(count) });
    expect(exported).toEqual([1_000, 1_500]);
    await cache.clear();
    const kept: number[] = [];
    const onProgress = (counts: { readonly kept: number }): void => void kept.push(counts.kept);
    await cache.importEntries(lines, { adopt: true, onProgress });
    expect(kept).toEqual([999, 1_500]);
    const leaving = new AbortController();
    const reason = new Error('enough');
    const stopping = cache.importEntries(lines, {
      adopt: true,
      signal: leaving.signal,
      onProgress: () => leaving.abort(reason),
    });
    await expect(stopping).rejects.toBe(reason);
    await expect(linesOf(cache, { signal: leaving.signal })).rejects.toBe(reason);
  });

  it('is refused in words where its options are wrong', async () => {
    await using test = createTestCache();
    const { cache } = test;
    expect(() => cache.exportEntries({ keys: 1 as never })).toThrow('exportEntries options.keys');
    expect(() => cache.exportEntries({ kyes: [] } as object)).toThrow("no option 'kyes'");
    expect(() => cache.exportEntries({ onProgress: 1 as never })).toThrow('onProgress must be');
    const isRefused = (options: object, message: string) =>
      expect(cache.importEntries([], options)).rejects.toThrow(message);
    await isRefused({ adopt: 1 }, 'importEntries options.adopt must be true or false, but was 1');
    await isRefused({ maxCorrupt: -1 }, 'importEntries options.maxCorrupt must be a whole number');
    await isRefused({ maxLine: 1 }, 'importEntries options.maxLine must be');
    await isRefused({ signal: 1 }, 'importEntries options.signal must be an AbortSignal');
    await expect(cache.importEntries(5 as never)).rejects.toThrow(
      'the snapshot must be an iterable',
    );
    await using without = createTestCache({ memory: false });
    await expect(without.cache.importEntries([])).rejects.toThrow('memory, which is off');
  });
});

/** One more process over the shared level of others. */
function anotherOver({ hub, clock }: Pick<TestCaches, 'hub' | 'clock'>): Cache {
  const random = new SeededRandom(9);
  return createCache({ name: 'test', remote: memoryRemote(hub), clock, random });
}
