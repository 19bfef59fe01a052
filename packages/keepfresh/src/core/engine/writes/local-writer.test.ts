import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cache, createCache } from '../../index.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';

function openCache(options: { readonly memory?: { readonly maxBytes: number } } = {}): Cache {
  return createCache({ name: 'alone', clock: new FakeClock(), ...options });
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  return Promise.withResolvers<void>();
}

describe('a value that is set without a remote', () => {
  it('is there when set returns, before its promise is settled', async () => {
    await using cache = openCache();
    const done = cache.set('k', { n: 1 }, { tags: ['t'] });
    expect(cache.peek('k')).toEqual({ n: 1 });
    expect(await done).toEqual({ status: 'applied' });
    await cache.invalidateTags('t');
    expect(cache.peek('k')).toBeUndefined();
  });

  it('is told when it is in place: first that it was written, then what is over', async () => {
    await using cache = openCache();
    const heard: unknown[] = [];
    cache.on('written', ({ key }) => heard.push(['written', key, cache.peek(key)]));
    cache.on('invalidated', ({ targets }) => heard.push(['invalidated', targets, cache.peek('k')]));
    await cache.set('k', 1);
    expect(heard).toEqual([
      ['written', 'k', 1],
      ['invalidated', 1, 1],
    ]);
  });

  it('replaces a load that began before', async () => {
    await using cache = openCache();
    const [begun, row] = [deferred(), deferred()];
    const reading = cache.getOrSet('k', async () => {
      begun.resolve();
      await row.promise;
      return 'old';
    });
    await begun.promise;
    await cache.set('k', 'new');
    row.resolve();
    expect(await reading).toBe('old');
    expect(cache.peek('k')).toBe('new');
  });

  it('is not kept while a mutation covers it, and neither is the one before', async () => {
    await using cache = openCache();
    const refused: unknown[] = [];
    cache.on('refused', (event) => refused.push(event));
    await cache.set('k', 'before');
    const commit = deferred();
    const mutation = cache.mutate({ tags: 't' }, () => commit.promise);
    await Promise.resolve();
    await cache.set('k', 'meanwhile', { tags: ['t'] });
    expect(cache.peek('k')).toBeUndefined();
    expect(refused).toEqual([{ key: 'k', reason: 'held' }]);
    commit.resolve();
    await mutation;
    await cache.set('k', 'after', { tags: ['t'] });
    expect(cache.peek('k')).toBe('after');
  });

  it('gives way to a larger version', async () => {
    await using cache = openCache();
    const refused: unknown[] = [];
    cache.on('refused', (event) => refused.push(event));
    await cache.set('k', 'second', { version: 2 });
    expect(await cache.set('k', 'first', { version: 1 })).toEqual({ status: 'applied' });
    expect(refused).toEqual([{ key: 'k', reason: 'older' }]);
    expect(cache.peek('k')).toBe('second');
    await cache.set('k', 'third', { version: 3 });
    expect(cache.peek('k')).toBe('third');
  });

  it('takes the one before with it when it is too large', async () => {
    await using cache = openCache({ memory: { maxBytes: 65_536 } });
    await cache.set('k', 'small');
    await cache.set('k', 'x'.repeat(65_536));
    expect(cache.peek('k')).toBeUndefined();
    expect(cache.stats().refused).toBe(1);
  });

  it('leaves everything as it was when it cannot be encoded, and rejects', async () => {
    await using cache = openCache();
    await cache.set('k', 'before');
    await expect(cache.set('k', { run: () => 1 })).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(cache.peek('k')).toBe('before');
    const both = cache.setMany<unknown>([
      ['wrong', Symbol('s')],
      ['right', 1],
    ]);
    await expect(both).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(cache.peek('right')).toBe(1);
  });

  it(
    'is never older than what was invalidated, whatever happens at once',
    { tags: ['thorough'] },
    async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), playSteps), {
        numRuns: 300,
      });
    },
  );
});

const keys = ['a', 'b'];
const step = fc.record({
  act: fc.constantFrom(
    'load',
    'finish',
    'change',
    'tag',
    'clear',
    'expire',
    'set',
    'hold',
    'release',
  ),
  key: fc.constantFrom(...keys),
});

/** What loads and sets carry is how often the row had been changed when it was read; a change invalidates it. */
async function playSteps(
  steps: readonly { readonly act: string; readonly key: string }[],
): Promise<void> {
  await using cache = openCache();
  const rows = new Map(keys.map((key) => [key, 0]));
  const loads: (() => void)[] = [];
  const ends: (() => void)[] = [];
  const running: Promise<unknown>[] = [];
  const change = (changed: readonly string[]): void => {
    for (const key of changed) rows.set(key, rows.get(key)! + 1);
  };
  const acts: Readonly<Record<string, (key: string) => void>> = {
    load(key) {
      const read = async (): Promise<number> => {
        const row = rows.get(key)!;
        const { promise, resolve } = deferred();
        loads.push(resolve);
        await promise;
        return row;
      };
      running.push(cache.getOrSet(key, read, { tags: ['t'] }));
    },
    finish: () => loads.shift()?.(),
    change(key) {
      change([key]);
      running.push(cache.invalidate(key));
    },
    tag() {
      change(keys);
      running.push(cache.invalidateTags('t'));
    },
    clear() {
      change(keys);
      running.push(cache.clear());
    },
    expire: (key) => running.push(cache.expire({ keys: key })),
    set: (key) => running.push(cache.set(key, rows.get(key)!, { tags: ['t'] })),
    hold(key) {
      const { promise, resolve } = deferred();
      const commit = async (): Promise<void> => {
        await promise;
        change([key]);
      };
      ends.push(resolve);
      running.push(cache.mutate({ keys: key }, commit));
    },
    release: () => ends.shift()?.(),
  };
  for (const { act, key } of steps) {
    acts[act]!(key);
    // A few turns, so that what was told to go on has gone on.
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    for (const each of keys) {
      const held = cache.peek<number>(each);
      if (held !== undefined) expect([each, held]).toEqual([each, rows.get(each)]);
    }
  }
  for (const end of ends) end();
  let isOver = false;
  void Promise.all(running).finally(() => (isOver = true));
  while (!isOver) {
    loads.shift()?.();
    await Promise.resolve();
  }
}
