import assert from 'node:assert/strict';
import {
  fillOf,
  comparable,
  newToken,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** What `fill` promises: the fence. */
export const fills: readonly StoreSentence[] = [
  {
    name: 'stores a fill whose token holds the lease, and ends the lease',
    async check({ store, key, now }) {
      const request = requestOf();
      await store.acquire(key, request);
      const record = recordOf(now(), { token: request.token });
      assert.equal(await store.fill(key, record, 60_000), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
      const next = await store.acquire(key, requestOf({ seen: record.token }));
      assert.equal(next.outcome, 'granted');
    },
  },
  {
    name: 'stores no fill without a lease, of a stranger, or a second time',
    async check({ store, key, now }) {
      assert.equal(await store.fill(key, recordOf(now()), 60_000), false);
      const request = requestOf();
      await store.acquire(key, request);
      assert.equal(await store.fill(key, recordOf(now()), 60_000), false);
      assert.equal(await store.read(key), undefined);
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), true);
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
    },
  },
  {
    name: 'replaces the value that was there when the lease was given',
    async check({ store, key, now }) {
      const old = recordOf(now(), { tags: ['old'] });
      await store.put(key, old, 60_000);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      const record = recordOf(now(), { token: request.token, payload: new Uint8Array(0) });
      assert.equal(await store.fill(key, record, 60_000), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'stores no fill after the key was invalidated',
    async check({ store, key, now }) {
      const request = requestOf();
      await store.acquire(key, request);
      await store.invalidate([key]);
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'stores only the second fill of a client that asked again after an invalidation',
    async check({ store, key, now }) {
      const [before, after] = [requestOf(), requestOf()];
      await store.acquire(key, before);
      await store.invalidate([key]);
      assert.equal((await store.acquire(key, after)).outcome, 'granted');
      assert.equal(await store.fill(key, fillOf(before, now()), 60_000), false);
      assert.equal(await store.fill(key, fillOf(after, now()), 60_000), true);
      assert.equal((await store.read(key))?.token, after.token);
    },
  },
  {
    name: 'keeps no value of a fill that races with an invalidation',
    async check({ store, key, now }) {
      for (let round = 0; round < 30; round++) {
        const request = requestOf();
        await store.acquire(key, request);
        const filled = store.fill(key, fillOf(request, now()), 60_000);
        const both =
          round % 2 === 0 ? [filled, store.invalidate([key])] : [store.invalidate([key]), filled];
        await Promise.all(both);
        assert.equal(await store.read(key), undefined);
      }
    },
  },
  {
    name: 'stores a fill after its lease outlived the value it replaces',
    async check({ store, key, now, pass }) {
      const lifetime = 50 + store.limits.lifetimeGranularityMs;
      const end = now() + lifetime;
      const old = recordOf(now(), { freshUntil: end, staleUntil: end, expiresAt: end });
      await store.put(key, old, lifetime);
      const request = requestOf({ seen: old.token, leaseMs: 20 * lifetime });
      await store.acquire(key, request);
      await pass(2 * lifetime);
      const record = recordOf(now(), { token: request.token });
      assert.equal(await store.fill(key, record, 60_000), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'ends a filled record with its lifetime',
    async check({ store, key, now, pass }) {
      const lifetime = 30 + store.limits.lifetimeGranularityMs;
      const end = now() + lifetime;
      const request = requestOf();
      await store.acquire(key, request);
      const times = { freshUntil: end, staleUntil: end, expiresAt: end };
      await store.fill(key, recordOf(now(), { token: request.token, ...times }), lifetime);
      await pass(2 * lifetime);
      assert.equal(await store.read(key), undefined);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
  {
    name: 'keeps the leases of different keys apart',
    async check({ store, key, now }) {
      const request = requestOf();
      await store.acquire(`${key}:a`, request);
      await store.acquire(`${key}:b`, requestOf({ token: newToken() }));
      assert.equal(await store.fill(`${key}:b`, fillOf(request, now()), 60_000), false);
      assert.equal(await store.fill(`${key}:a`, fillOf(request, now()), 60_000), true);
    },
  },
];
