import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../../../testing/create-test-cache.ts';

function setUp() {
  const test = createTestCaches(2);
  const [one, two] = test.caches.map(({ cache }) => cache);
  const refusedByTwo: string[] = [];
  two!.on('refused', ({ reason }) => refusedByTwo.push(reason));
  return { test, one: one!, two: two!, refusedByTwo };
}

describe('a value that is set while another process holds its key', () => {
  it('is kept in no process, and neither is the one before', async () => {
    const { test, one, two, refusedByTwo } = setUp();
    await using _ = test;
    await test.advance(100);
    await two.set('k', 'before');
    let end = (): void => {};
    const mutation = one.mutate({ keys: 'k' }, () => new Promise<void>((done) => (end = done)));
    await test.advance(1_001);
    expect(await two.set('k', 'meanwhile')).toEqual({ status: 'applied' });
    expect(refusedByTwo).toEqual(['held']);
    expect([await one.get('k'), await two.get('k')]).toEqual([undefined, undefined]);
    end();
    await mutation;
    await test.advance(1_001);
    await two.set('k', 'after');
    expect(await one.get('k')).toBe('after');
  });

  it('leaves a larger version in the store, and takes a smaller one out', async () => {
    const { test, one, two, refusedByTwo } = setUp();
    await using _ = test;
    await test.advance(100);
    await one.set('k', 'sixth', { version: 6 });
    void one.mutate({ tags: 't' }, () => new Promise<void>(() => {}));
    await test.advance(1_001);
    await two.set('k', 'fifth', { version: 5, tags: ['t'] });
    expect(await one.get('k')).toBe('sixth');
    await two.set('k', 'seventh', { version: 7, tags: ['t'] });
    expect(refusedByTwo).toEqual(['older', 'held']);
    await test.advance(1_001);
    expect(await one.get('k')).toBeUndefined();
  });
});
