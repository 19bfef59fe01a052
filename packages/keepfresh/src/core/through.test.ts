import { describe, expect, it, vi } from 'vitest';
import { createTestCache } from '../testing/create-test-cache.ts';
import { readThrough } from './read-through.ts';
import { writeThrough } from './write-through.ts';

interface Product {
  readonly id: number;
  readonly price: number;
}

describe('readThrough and writeThrough', () => {
  it('read what was written without asking the source', async () => {
    const { cache, close } = createTestCache();
    const source = new Map<number, Product>();
    const load = vi.fn(async (id: number) => source.get(id));
    const find = readThrough(cache, load, { key: (id) => `product:${id}` });
    const save = writeThrough(cache, (product: Product) => void source.set(product.id, product), {
      key: ({ id }) => `product:${id}`,
      ttl: '1h',
    });
    expect(await find(7)).toBeUndefined();
    expect(await save({ id: 7, price: 40 })).toEqual({ id: 7, price: 40 });
    expect(await find(7)).toEqual({ id: 7, price: 40 });
    expect(load).toHaveBeenCalledTimes(1);
    await close();
  });

  it('keep what the source made of a value, and give it', async () => {
    const { cache, close } = createTestCache();
    const save = writeThrough(cache, async (product: Product) => ({ ...product, price: 44 }), {
      key: ({ id }) => `product:${id}`,
    });
    expect(await save({ id: 7, price: 40 })).toEqual({ id: 7, price: 44 });
    expect(cache.peek('product:7')).toEqual({ id: 7, price: 44 });
    await close();
  });

  it('keep nothing that the source refused', async () => {
    const { cache, close } = createTestCache();
    await cache.set('product:7', 'before');
    const save = writeThrough(cache, () => Promise.reject(new Error('no')), {
      key: () => 'product:7',
    });
    await expect(save(1)).rejects.toThrow('no');
    expect(await cache.get('product:7')).toBeUndefined();
    await close();
  });

  it('refuse what is no function, and name it', async () => {
    const { cache, close } = createTestCache();
    expect(() => writeThrough(cache, 1 as never, { key: () => 'a' })).toThrow(
      /writeThrough save must/,
    );
    expect(() => writeThrough(cache, () => {}, {} as never)).toThrow(
      /options\.key must be a function/,
    );
    expect(() => readThrough(cache, () => 1, {} as never)).toThrow(/wrap options\.key must be/);
    await close();
  });
});
