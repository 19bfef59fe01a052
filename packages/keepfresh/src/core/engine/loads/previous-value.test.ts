import { describe, expect, it, vi } from 'vitest';
import { oneCache } from '../../../../test/one-cache.ts';
import { twoCaches } from '../../../../test/two-caches.ts';

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
    const { one, other, advance, hub } = twoCaches({ codec, memory: false });
    const confirm = vi.spyOn(hub.store('test'), 'confirm');
    const fill = vi.spyOn(hub.store('test'), 'fill');
    const rows = new Rows();
    await one.cache.getOrSet('k', rows.load, options);
    await advance(1_500);
    expect(await other.cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    await advance(500);
    expect(await one.cache.lookup('k')).toMatchObject({ hit: true, state: 'fresh' });
    expect({ encoded, sent: rows.sent }).toEqual({ encoded: 1, sent: 1 });
    expect(await confirm.mock.results[0]!.value).toBe(true);
    // The first load, and what `confirm` of this store does.
    expect(fill).toHaveBeenCalledTimes(2);
  });

  it('renews a value that was invalidated, as the load of it that it is', async () => {
    const { one, other, advance } = twoCaches();
    const rows = new Rows();
    await one.cache.getOrSet('k', rows.load, options);
    await one.cache.invalidateTags('rows');
    await advance(100);
    expect(await one.cache.getOrSet('k', rows.load, options)).toEqual(rows.row);
    expect(rows.sent).toBe(1);
    expect(await other.cache.get('k')).toEqual(rows.row);
  });

  it.each(['key', 'tag'])(
    'does not bring back what was invalidated by its %s meanwhile',
    async (by) => {
      const { one, other, advance, clock } = twoCaches();
      const rows = new Rows();
      await one.cache.getOrSet('k', rows.load, options);
      await advance(1_500);
      const slow = async (context: Parameters<Rows['load']>[0]): Promise<Row> => {
        const answer = rows.load(context);
        await new Promise<void>((resolve) => clock.schedule(100, resolve));
        return answer;
      };
      const read = one.cache.getOrSet('k', slow, options);
      await advance(50);
      if (by === 'key') await other.cache.invalidate('k');
      else await other.cache.invalidateTags('rows');
      await advance(100);
      await read;
      await advance(10);
      expect(await one.cache.lookup('k')).toMatchObject({ hit: false });
      expect(await other.cache.lookup('k')).toMatchObject({ hit: false });
    },
  );
});
