import assert from 'node:assert/strict';
import {
  comparable,
  fillOf,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** What `expire` promises. */
export const expiries: readonly StoreSentence[] = [
  {
    name: 'ends the freshness of a value, and changes nothing else of it',
    async check({ store, key, now }) {
      const record = recordOf(now(), { tags: ['a', 'b'], version: 3 });
      await store.put(key, record, 60_000);
      await store.expire([key]);
      const expired = { ...record, freshUntil: 0, staleUntil: 0 };
      assert.deepEqual(comparable(await store.read(key)), comparable(expired));
      await store.expire([key]);
      assert.deepEqual(comparable(await store.read(key)), comparable(expired));
    },
  },
  {
    name: 'stores no fill after the key was expired, whether a value was there or not',
    async check({ store, key, now }) {
      for (const old of [undefined, recordOf(now())]) {
        if (old !== undefined) await store.put(key, old, 60_000);
        const request = requestOf({ seen: old?.token });
        assert.equal((await store.acquire(key, request)).outcome, 'granted');
        await store.expire([key]);
        assert.equal(await store.renew(key, request.token, 1_000), false);
        assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
        assert.equal((await store.read(key))?.token, old?.token);
      }
    },
  },
  {
    name: 'lends an expired key to whoever saw its value, and stores over it',
    async check({ store, key, now }) {
      const old = recordOf(now());
      await store.put(key, old, 60_000);
      await store.expire([key]);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'value');
      const request = requestOf({ seen: old.token });
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      const record = fillOf(request, now());
      assert.equal(await store.fill(key, record, 60_000), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'removes an expired value at its own end',
    async check({ store, key, now, pass }) {
      const lifetime = 50 + store.limits.lifetimeGranularityMs;
      const end = now() + lifetime;
      const times = { freshUntil: end, staleUntil: end, expiresAt: end };
      await store.put(key, recordOf(now(), times), lifetime);
      await store.expire([key]);
      await pass(2 * lifetime);
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'does not bring back a value that ended while its key was leased',
    async check({ store, key, now, pass }) {
      const lifetime = 50 + store.limits.lifetimeGranularityMs;
      const end = now() + lifetime;
      const times = { freshUntil: end, staleUntil: end, expiresAt: end };
      const old = recordOf(now(), times);
      await store.put(key, old, lifetime);
      const request = requestOf({ seen: old.token, leaseMs: 20 * lifetime });
      await store.acquire(key, request);
      await pass(2 * lifetime);
      await store.expire([key]);
      assert.equal(await store.read(key), undefined);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
  {
    name: 'expires all given keys and no other, and takes an empty list',
    async check({ store, key, now }) {
      const [one, two, other] = [`${key}1`, `${key}2`, `${key}3`] as const;
      for (const each of [one, two, other]) await store.put(each, recordOf(now()), 60_000);
      await store.expire([one, two, `${key}absent`]);
      await store.expire([]);
      assert.equal((await store.read(one))?.freshUntil, 0);
      assert.equal((await store.read(two))?.freshUntil, 0);
      assert.notEqual((await store.read(other))?.freshUntil, 0);
      assert.equal(await store.read(`${key}absent`), undefined);
    },
  },
];
