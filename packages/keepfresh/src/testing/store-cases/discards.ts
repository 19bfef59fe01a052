import assert from 'node:assert/strict';
import {
  comparable,
  fillOf,
  newToken,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** What `discard` promises. */
export const discards: readonly StoreSentence[] = [
  {
    name: 'discards the value that has the token, and no other',
    async check({ store, key, now }) {
      const [old, other] = [recordOf(now(), { tags: ['a'] }), recordOf(now())];
      assert.equal(await store.discard(key, old.token), false);
      await store.put(key, other, 60_000);
      assert.equal(await store.discard(key, old.token), false);
      assert.deepEqual(comparable(await store.read(key)), comparable(other));
      await store.put(key, old, 60_000);
      assert.equal(await store.discard(key, old.token), true);
      assert.equal(await store.read(key), undefined);
      assert.equal(await store.discard(key, old.token), false);
    },
  },
  {
    name: 'leaves the lease of whoever is about to replace what it discards',
    async check({ store, key, now }) {
      const old = recordOf(now(), { tags: ['a'] });
      await store.put(key, old, 60_000);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      assert.equal(await store.discard(key, old.token), true);
      assert.equal(await store.read(key), undefined);
      const next = await store.acquire(key, requestOf());
      assert.deepEqual([next.outcome, 'holder' in next && next.holder], ['leased', request.token]);
      assert.equal(await store.discard(key, newToken()), false);
      const fill = fillOf(request, now());
      assert.equal(await store.fill(key, fill, 60_000), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(fill));
    },
  },
  {
    name: 'leaves the failure that follows what it discards to those who waited for it',
    async check({ store, key, now }) {
      const old = recordOf(now(), { tags: ['a'] });
      await store.put(key, old, 60_000);
      const request = requestOf({ seen: old.token });
      await store.acquire(key, request);
      await store.release(key, request.token, { name: 'Error', message: 'down' });
      assert.equal(await store.discard(key, old.token), true);
      assert.equal(await store.read(key), undefined);
      const reply = await store.acquire(key, requestOf({ awaited: request.token }));
      assert.deepEqual(reply, { outcome: 'failed', failure: { name: 'Error', message: 'down' } });
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
];
