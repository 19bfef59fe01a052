import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../../../testing/create-test-cache.ts';
import type { Store } from '../../ports/store.ts';

const leaseMs = 3_000;

/** A process whose load of `k` runs, and when it asked for its lease to be renewed. */
async function loading(answer: (renewals: number) => ReturnType<Store['renew']> | undefined) {
  const world = createTestCaches(2, { timeouts: { lease: leaseMs, wait: '20s' } });
  const [one, two] = world.caches.map(({ cache }) => cache);
  await world.advance(10);
  const store = world.hub.store('test');
  const renew = store.renew.bind(store);
  const renewed: number[] = [];
  store.renew = (...args) => {
    renewed.push(world.clock.monotonic() - startedAt);
    return answer(renewed.length) ?? renew(...args);
  };
  const { promise, resolve: finish } = Promise.withResolvers<string>();
  const startedAt = world.clock.monotonic();
  const value = one!.getOrSet('k', () => promise, { loadTimeout: '1m' });
  await world.clock.settle();
  return { ...world, two: two!, renewed, finish, value };
}

describe('the lease of a load that takes long', () => {
  it('is renewed again after a renewal that failed', async () => {
    const { advance, close, two, renewed, finish, value } = await loading((renewals) =>
      renewals === 1 ? Promise.reject(new Error('connection lost')) : undefined,
    );
    await advance(2 * leaseMs);
    expect(renewed).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
    let loads = 0;
    const other = two.getOrSet('k', () => `load ${++loads}`);
    await advance(1_000);
    finish('value');
    await advance(1_000);
    expect([await value, await other, loads]).toEqual(['value', 'value', 0]);
    await close();
  });

  it('is renewed again after a renewal that was not answered in time', async () => {
    const { advance, close, renewed, finish, value } = await loading((renewals) =>
      renewals === 1 ? new Promise(() => {}) : undefined,
    );
    await advance(leaseMs);
    expect(renewed).toEqual([1_000, 2_200]);
    finish('value');
    await value;
    await close();
  });

  it('is not renewed any more when the store says that it is gone', async () => {
    const { advance, close, hub, renewed, finish, value } = await loading(() => undefined);
    await hub.store('test').invalidate(['k']);
    await advance(3 * leaseMs);
    expect(renewed).toEqual([1_000]);
    finish('value');
    await value;
    await close();
  });
});
