import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importCounts } from '../../../../test/import-counts.ts';
import { linesOf } from '../../../../test/lines-of.ts';
import { oneCache } from '../../../../test/one-cache.ts';

describe('a stream that is no snapshot', () => {
  const isInvalid = { code: 'SNAPSHOT_INVALID' };

  it('is refused by its first line', async () => {
    const { cache } = oneCache();
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
    const { cache } = oneCache();
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    const lines = await linesOf(cache);
    await cache.clear();
    const broken = lines.map((line, n) => (n === 1 ? `${line.slice(0, -9)}\n` : line));
    broken.splice(2, 0, '{"__proto__":{"polluted":1},"key":"x"}\n', `"${'x'.repeat(2_000)}"\n`);
    const options = { adopt: true, maxLine: '1kb' } as const;
    const counts = await cache.importEntries(broken.slice(0, -1), options);
    expect(counts).toEqual(importCounts({ kept: 2, corrupt: 3, complete: false }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const strictly = cache.importEntries(broken, { ...options, maxCorrupt: 2 });
    await expect(strictly).rejects.toThrow('more than 2 of the first 4 lines');
  });

  it('never brings anything but what was exported, whatever bytes of it were changed', async () => {
    const { cache } = oneCache();
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
    const { cache } = oneCache();
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
    const { cache } = oneCache();
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
    const without = oneCache({ memory: false });
    await expect(without.cache.importEntries([])).rejects.toThrow('memory, which is off');
  });
});
