import { describe, expect, it } from 'vitest';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import { importCounts } from '../../test/import-counts.ts';
import { linesOf } from '../../test/lines-of.ts';
import { oneCache } from '../../test/one-cache.ts';
import { twoCaches } from '../../test/two-caches.ts';
import { encrypted, pipeline } from '../codecs/index.ts';
import { memoryRemote } from '../memory/remote/memory-remote.ts';
import type { TestCacheOptions, TestCaches } from '../testing/create-test-cache.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';

/** Two processes; what the first has is exported, and the second has nothing yet. */
async function setUp(options: Omit<TestCacheOptions, 'remote'> = {}) {
  const test = twoCaches(options);
  const [one, two] = [test.one.cache, test.other.cache];
  await test.advance(100);
  return { test, one, two, peek: (key = 'k') => two.peek(key) };
}

/** One more process over the shared level of others. */
function anotherOver({ hub, clock }: Pick<TestCaches, 'hub' | 'clock'>): Cache {
  const random = new SeededRandom(9);
  return closedAfterTest(createCache({ name: 'test', remote: memoryRemote(hub), clock, random }));
}

describe('a snapshot', () => {
  it('brings what one process has in memory into that of another', async () => {
    const { test, one, two, peek } = await setUp();
    const value = { at: new Date(5), many: new Map([[1, 2n]]) };
    await one.set('k', value, { tags: ['t'], ttl: '1m' });
    await one.set('other', null);
    await test.advance(10);
    const lines = await linesOf(one);
    expect(await two.importEntries(lines)).toEqual(importCounts({ kept: 2 }));
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
    await one.set('k', 'old', { tags: ['t'] });
    await test.advance(10);
    const lines = await linesOf(one);
    await invalidate(one);
    expect(await two.importEntries(lines)).toEqual(importCounts({ invalidated: 1 }));
    expect(peek()).toBeUndefined();
  });

  it('brings what the store has of the keys that are named, and of no others', async () => {
    const { test, one, two, peek } = await setUp();
    for (const key of ['a', 'b', 'c']) await two.getOrSet(key, () => key);
    await test.advance(10);
    const lines = await linesOf(one, { keys: ['a', 'b', 'nowhere'] });
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(1, 3))
      await two.invalidate((JSON.parse(line) as { key: string }).key);
    expect(await two.importEntries(lines)).toEqual(importCounts({ invalidated: 2 }));
    expect(peek('c')).toBe('c');
  });

  it('keeps what is there already, and the newest of what waits for its source', async () => {
    const { test, one, two, peek } = await setUp();
    await one.set('k', 'old');
    await one.set('behind', 'old');
    await test.advance(10);
    const lines = await linesOf(one);
    await two.get('k');
    const queue = two.writeBehind(() => {});
    await queue.set('behind', 'new');
    expect(await two.importEntries(lines)).toEqual(importCounts({ present: 1, invalidated: 1 }));
    expect([peek(), peek('behind')]).toEqual(['old', 'new']);
  });

  it('is not judged by a process that cannot know of every key since', async () => {
    const { test, one, peek } = await setUp();
    await one.set('k', 'old');
    const lines = await linesOf(one);
    await one.invalidate('k');
    await test.advance(120_000);
    await one.invalidate('later');
    await test.advance(2_000);
    const late = anotherOver(test);
    await test.advance(100);
    expect(await late.importEntries(lines)).toEqual(importCounts({ unjudged: 1 }));
    expect([late.peek('k'), peek()]).toEqual([undefined, undefined]);
  });

  it('of another epoch is refused, unless it is adopted: then it is as good as loaded', async () => {
    const first = oneCache();
    await first.cache.set('k', 'v', { ttl: '1m', tags: ['t'] });
    await first.advance(50_000);
    const lines = await linesOf(first.cache);
    const second = oneCache({ seed: 2 });
    const { cache } = second;
    const refused = expect(cache.importEntries(lines)).rejects;
    await refused.toMatchObject({ code: 'SNAPSHOT_REFUSED' });
    expect(cache.peek('k')).toBeUndefined();
    expect(await cache.importEntries(lines, { adopt: true })).toEqual(importCounts({ kept: 1 }));
    await second.advance(59_999);
    expect(cache.peek('k')).toBe('v');
    await second.advance(10);
    expect(cache.peek('k')).toBeUndefined();
  });

  it('is adopted as of the start of the import: what is invalidated meanwhile stays so', async () => {
    const { test, one, two, peek } = await setUp();
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
    expect(counts).toEqual(importCounts({ kept: 1, invalidated: 1 }));
    expect([peek('k'), peek('l')]).toEqual([undefined, 'old']);
  });

  it('is adopted as of the call: what is invalidated before its first line stays so', async () => {
    const { one } = await setUp();
    const alone = oneCache();
    for (const cache of [one, alone.cache]) {
      await cache.set('k', 'old');
      const lines = await linesOf(cache);
      await cache.clear();
      const importing = cache.importEntries(lines, { adopt: true });
      await cache.invalidate('k');
      expect(await importing).toEqual(importCounts({ invalidated: 1 }));
      expect(cache.peek('k')).toBeUndefined();
    }
  });

  it('holds nothing that a mutation covers', async () => {
    const { test, one, two, peek } = await setUp();
    await one.set('k', 'old');
    await test.advance(10);
    const lines = await linesOf(one);
    void two.mutate({ keys: 'k' }, () => new Promise(() => {})).catch(() => {});
    await test.advance(10);
    const counts = await two.importEntries(lines, { adopt: true });
    expect([counts.refused, peek()]).toEqual([1, undefined]);
  });

  it('has the names of its view only', async () => {
    const { cache } = oneCache({ never: ['money*'] });
    const catalog = cache.namespace('catalog');
    await cache.set('k', 1);
    await catalog.set('k', 2, { tags: ['t'] });
    const [all, part] = [await linesOf(cache), await linesOf(catalog)];
    expect([all.length, part.length]).toEqual([4, 3]);
    await cache.clear();
    const adopt = { adopt: true };
    expect(await catalog.importEntries(all, adopt)).toEqual(importCounts({ kept: 1, refused: 1 }));
    expect([cache.peek('k'), catalog.peek('k')]).toEqual([undefined, 2]);
    const money = all.map((line) => line.replace('"key":"k"', '"key":"money"'));
    expect(await cache.importEntries(money, adopt)).toEqual(
      importCounts({ present: 1, refused: 1 }),
    );
    await catalog.invalidateTags('t');
    expect(catalog.peek('k')).toBeUndefined();
  });

  it('has values as the remote keeps them: never in plain where they are encrypted', async () => {
    const secret = Buffer.alloc(32, 7);
    const codec = pipeline({ steps: [encrypted({ keys: [{ id: 'a', secret }] })] });
    const { test, one, two, peek } = await setUp({ codec });
    await one.set('k', 'a secret of somebody');
    await test.advance(10);
    const lines = await linesOf(one);
    const bytes = lines.map((line) =>
      Buffer.from((JSON.parse(line) as { record?: string }).record ?? '', 'base64').toString(
        'latin1',
      ),
    );
    expect([...lines, ...bytes].join()).not.toContain('secret');
    expect(await two.importEntries(lines)).toEqual(importCounts({ kept: 1 }));
    expect(peek()).toBe('a secret of somebody');
    const moved = lines.map((line) => line.replace('"key":"k"', '"key":"l"'));
    expect(await two.importEntries(moved)).toEqual(importCounts({ corrupt: 1 }));
  });

  it('has no entry that lives longer than any may', async () => {
    const { cache, advance } = oneCache();
    await cache.set('k', 'v', { ttl: '7d' });
    const lines = await linesOf(cache);
    await cache.clear();
    await advance(86_400_000);
    await cache.importEntries(lines, { adopt: true });
    await advance(7 * 86_400_000 - 10);
    expect(cache.peek('k')).toBe('v');
    await advance(20);
    expect(cache.peek('k')).toBeUndefined();
  });
});
