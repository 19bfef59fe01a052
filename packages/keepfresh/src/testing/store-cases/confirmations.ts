import assert from 'node:assert/strict';
import {
  comparable,
  newToken,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** What `confirm` promises, where a store has it: what `fill` does, but for what need not be sent. */
export const confirmations: readonly StoreSentence[] = [
  {
    name: 'gives the value that is there another header when it is confirmed, and ends the lease',
    async check({ store, key, now }) {
      if (store.confirm === undefined) return;
      const old = recordOf(now(), { tags: ['a', 'b'] });
      await store.put(key, old, 1_000);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      const record = recordOf(now() + 5, { token: request.token, tags: old.tags, position: 77 });
      const renewed = { ...record, payload: old.payload };
      assert.equal(await store.confirm(key, renewed, 60_000, old.token), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(renewed));
      assert.equal(await store.confirm(key, renewed, 60_000, record.token), false);
      const next = await store.acquire(key, requestOf({ seen: record.token }));
      assert.equal(next.outcome, 'granted');
    },
  },
  {
    name: 'confirms nothing without the lease, and nothing that has become another value',
    async check({ store, key, now }) {
      if (store.confirm === undefined) return;
      const old = recordOf(now());
      await store.put(key, old, 60_000);
      const stranger = recordOf(now(), { payload: old.payload });
      assert.equal(await store.confirm(key, stranger, 60_000, old.token), false);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      const record = recordOf(now(), { token: request.token, payload: old.payload });
      assert.equal(await store.confirm(key, record, 60_000, newToken()), false);
      assert.deepEqual(comparable(await store.read(key)), comparable(old));
      assert.equal(await store.confirm(key, record, 60_000, old.token), true);
    },
  },
  {
    name: 'confirms nothing after the key was invalidated or expired',
    async check({ store, key, now }) {
      if (store.confirm === undefined) return;
      for (const remove of [() => store.invalidate([key]), () => store.expire([key])]) {
        const old = recordOf(now());
        await store.put(key, old, 60_000);
        const request = requestOf({ seen: old.token });
        await store.acquire(key, request);
        await remove();
        const record = recordOf(now(), { token: request.token, payload: old.payload });
        assert.equal(await store.confirm(key, record, 60_000, old.token), false);
      }
    },
  },
  {
    name: 'keeps no failure of before behind a value that is confirmed',
    async check({ store, key, now }) {
      if (store.confirm === undefined) return;
      const old = recordOf(now());
      await store.put(key, old, 60_000);
      const failed = requestOf({ seen: old.token });
      await store.acquire(key, failed);
      await store.release(key, failed.token, { name: 'Error', message: 'down' });
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      const record = recordOf(now(), { token: request.token, payload: old.payload });
      assert.equal(await store.confirm(key, record, 60_000, old.token), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
];
