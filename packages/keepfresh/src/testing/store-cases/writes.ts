import assert from 'node:assert/strict';
import {
  fillOf,
  comparable,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** What `put` and `invalidate` promise. */
export const writes: readonly StoreSentence[] = [
  {
    name: 'puts a record without a lease and over another record',
    async check({ store, key, now }) {
      for (const tags of [['a'], [], ['b', 'c']]) {
        const record = recordOf(now(), { tags });
        assert.equal(await store.put(key, record, 60_000), true);
        assert.deepEqual(comparable(await store.read(key)), comparable(record));
      }
    },
  },
  {
    name: 'ends any lease by a put, so that the holder stores nothing',
    async check({ store, key, now }) {
      const request = requestOf();
      await store.acquire(key, request);
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
      assert.equal((await store.read(key))?.token, record.token);
      const next = await store.acquire(key, requestOf({ seen: record.token }));
      assert.equal(next.outcome, 'granted');
    },
  },
  {
    name: 'never puts a smaller version over a larger one',
    async check({ store, key, now }) {
      const version = async (number: number): Promise<boolean> =>
        store.put(key, recordOf(now(), { version: number }), 60_000);
      assert.equal(await version(2), true);
      assert.equal(await version(1), false);
      assert.equal((await store.read(key))?.version, 2);
      assert.equal(await version(2), true);
      assert.equal(await version(2 ** 40 + 1), true);
      assert.equal(await version(2 ** 40), false);
      assert.equal((await store.read(key))?.version, 2 ** 40 + 1);
    },
  },
  {
    name: 'puts a record without a version over any, and any over it',
    async check({ store, key, now }) {
      const [five, none, one] = [5, 0, 1].map((version) => recordOf(now(), { version })) as [
        ReturnType<typeof recordOf>,
        ReturnType<typeof recordOf>,
        ReturnType<typeof recordOf>,
      ];
      await store.put(key, five, 60_000);
      assert.equal(await store.put(key, none, 60_000), true);
      assert.equal((await store.read(key))?.token, none.token);
      assert.equal(await store.put(key, one, 60_000), true);
      assert.equal((await store.read(key))?.version, 1);
    },
  },
  {
    name: 'forgets the version with the value',
    async check({ store, key, now }) {
      await store.put(key, recordOf(now(), { version: 9 }), 60_000);
      await store.invalidate([key]);
      assert.equal(await store.put(key, recordOf(now(), { version: 1 }), 60_000), true);
    },
  },
  {
    name: 'keeps the lease when a put is refused for its version',
    async check({ store, key, now }) {
      const old = recordOf(now(), { version: 5 });
      await store.put(key, old, 60_000);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      assert.equal(await store.put(key, recordOf(now(), { version: 4 }), 60_000), false);
      const fill = recordOf(now(), { token: request.token, version: 5 });
      assert.equal(await store.fill(key, fill, 60_000), true);
    },
  },
  {
    name: 'keeps the newest version whatever order simultaneous puts arrive in',
    async check({ store, key, now }) {
      const versions = [3, 1, 9, 4, 7, 2, 8, 5, 6];
      await Promise.all(
        versions.map((version) => store.put(key, recordOf(now(), { version }), 60_000)),
      );
      assert.equal((await store.read(key))?.version, 9);
    },
  },
  {
    name: 'removes values, leases and failures of all given keys and of no other',
    async check({ store, key, now }) {
      const [value, lease, failed, other] = ['v', 'l', 'f', 'o'].map((part) => key + part) as [
        string,
        string,
        string,
        string,
      ];
      await store.put(value, recordOf(now()), 60_000);
      await store.put(other, recordOf(now()), 60_000);
      await store.acquire(lease, requestOf());
      const request = requestOf();
      await store.acquire(failed, request);
      await store.release(failed, request.token, { name: 'Error', message: '' });
      await store.invalidate([value, lease, failed, `${key}absent`]);
      assert.equal(await store.read(value), undefined);
      assert.equal((await store.acquire(lease, requestOf())).outcome, 'granted');
      const reply = await store.acquire(failed, requestOf({ awaited: request.token }));
      assert.equal(reply.outcome, 'granted');
      assert.notEqual(await store.read(other), undefined);
    },
  },
  {
    name: 'takes an empty list of keys to invalidate',
    async check({ store }) {
      await store.invalidate([]);
    },
  },
];
