import assert from 'node:assert/strict';
import { failureMs } from '../../core/ports/store.ts';
import {
  comparable,
  newToken,
  fillOf,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

const failure = { name: 'TypeError', message: 'no such table', code: 'E42' };

/** What `release` with a failure promises. */
export const failures: readonly StoreSentence[] = [
  {
    name: 'tells a failure to those who waited for its token, more than once',
    async check({ store, key }) {
      const failed = requestOf();
      await store.acquire(key, failed);
      assert.equal(await store.release(key, failed.token, failure), true);
      for (let waiter = 0; waiter < 3; waiter++) {
        const reply = await store.acquire(key, requestOf({ awaited: failed.token }));
        assert.deepEqual(reply, { outcome: 'failed', failure });
      }
    },
  },
  {
    name: 'grants the lease after a failure to those who waited for nothing, or for another token',
    async check({ store, key }) {
      for (const awaited of [undefined, newToken()]) {
        const failed = requestOf({ awaited });
        assert.equal((await store.acquire(key, failed)).outcome, 'granted');
        await store.release(key, failed.token, failure);
      }
    },
  },
  {
    name: 'tells a failure also while somebody else holds the next lease, and to nobody else',
    async check({ store, key }) {
      const failed = requestOf();
      await store.acquire(key, failed);
      await store.release(key, failed.token, failure);
      const next = requestOf();
      await store.acquire(key, next);
      const told = await store.acquire(key, requestOf({ awaited: failed.token }));
      assert.equal(told.outcome, 'failed');
      const other = await store.acquire(key, requestOf());
      assert.ok(other.outcome === 'leased' && other.holder === next.token);
      assert.equal(await store.release(key, next.token), true);
      const still = await store.acquire(key, requestOf({ awaited: failed.token }));
      assert.equal(still.outcome, 'failed');
    },
  },
  {
    name: 'forgets a failure when its time is over, also beside a value',
    async check({ store, key, now, pass }) {
      const record = recordOf(now());
      await store.put(`${key}:v`, record, 60_000);
      const [failed, refresh] = [requestOf(), requestOf({ seen: record.token })];
      await store.acquire(key, failed);
      await store.acquire(`${key}:v`, refresh);
      await store.release(key, failed.token, failure);
      await store.release(`${key}:v`, refresh.token, failure);
      await pass(failureMs + 50 + store.limits.lifetimeGranularityMs);
      const reply = await store.acquire(key, requestOf({ awaited: failed.token }));
      assert.equal(reply.outcome, 'granted');
      const waiter = requestOf({ seen: record.token, awaited: refresh.token });
      assert.equal((await store.acquire(`${key}:v`, waiter)).outcome, 'granted');
    },
  },
  {
    name: 'keeps the value that is present when a refresh fails',
    async check({ store, key, now }) {
      const record = recordOf(now(), { tags: ['a', 'b'] });
      await store.put(key, record, 60_000);
      const failed = requestOf({ seen: record.token });
      await store.acquire(key, failed);
      assert.equal(await store.release(key, failed.token, failure), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
      const waiter = requestOf({ seen: record.token, awaited: failed.token });
      assert.deepEqual(await store.acquire(key, waiter), { outcome: 'failed', failure });
      const other = requestOf({ seen: record.token });
      assert.equal((await store.acquire(key, other)).outcome, 'granted');
      assert.equal(await store.fill(key, fillOf(other, now()), 60_000), true);
    },
  },
  {
    name: 'tells the newest failure when one follows another',
    async check({ store, key, now }) {
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      for (const message of ['first', 'second, which is longer', '3']) {
        const failed = requestOf({ seen: record.token });
        await store.acquire(key, failed);
        await store.release(key, failed.token, { name: 'Error', message });
        const waiter = requestOf({ seen: record.token, awaited: failed.token });
        const reply = await store.acquire(key, waiter);
        assert.deepEqual(reply, { outcome: 'failed', failure: { name: 'Error', message } });
        assert.deepEqual(comparable(await store.read(key)), comparable(record));
      }
    },
  },
  {
    name: 'forgets a failure when a value is stored or the key is invalidated',
    async check({ store, key, now }) {
      const failed = requestOf();
      await store.acquire(key, failed);
      await store.release(key, failed.token, failure);
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      const waiter = requestOf({ seen: record.token, awaited: failed.token });
      assert.equal((await store.acquire(key, waiter)).outcome, 'granted');
      await store.release(key, waiter.token, failure);
      await store.invalidate([key]);
      const later = await store.acquire(key, requestOf({ awaited: waiter.token }));
      assert.equal(later.outcome, 'granted');
    },
  },
  {
    name: 'keeps no failure of somebody who does not hold the lease',
    async check({ store, key }) {
      const stranger = newToken();
      await store.acquire(key, requestOf());
      assert.equal(await store.release(key, stranger, failure), false);
      const reply = await store.acquire(key, requestOf({ awaited: stranger }));
      assert.equal(reply.outcome, 'leased');
    },
  },
  {
    name: 'cuts the texts of a failure at 1,024 characters and gives back any characters',
    async check({ store, key }) {
      const failed = requestOf();
      await store.acquire(key, failed);
      const message = `"\\\n\0ü💡${'x'.repeat(3000)}`;
      await store.release(key, failed.token, { name: 'n'.repeat(2000), message });
      const reply = await store.acquire(key, requestOf({ awaited: failed.token }));
      assert.deepEqual(reply, {
        outcome: 'failed',
        failure: { name: 'n'.repeat(1024), message: message.slice(0, 1024) },
      });
    },
  },
];
