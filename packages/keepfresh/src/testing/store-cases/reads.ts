import assert from 'node:assert/strict';
import { comparable, recordOf, requestOf, type StoreSentence } from '../store-under-test.ts';

/** What `read` and `readMany` promise. */
export const reads: readonly StoreSentence[] = [
  {
    name: 'reads nothing under a key that was never written',
    async check({ store, key }) {
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'reads nothing under a key that only has a lease',
    async check({ store, key }) {
      await store.acquire(key, requestOf());
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'reads nothing under a key that only has a failure',
    async check({ store, key }) {
      const request = requestOf();
      await store.acquire(key, request);
      await store.release(key, request.token, { name: 'Error', message: 'no' });
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'gives back every field of a record',
    async check({ store, key, now }) {
      const at = now();
      const record = recordOf(at, {
        codec: 255,
        epoch: 'fedcba9876543210',
        position: Number.MAX_SAFE_INTEGER,
        createdAt: at - 5.5,
        freshUntil: at + 20_000,
        staleUntil: at + 30_000,
        expiresAt: at + 40_000,
        loadMs: 0.25,
        version: 17,
        tags: ['org:7', 'größe', '', '💡'],
      });
      await store.put(key, record, 40_000);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'gives back payloads of any size and content',
    async check({ store, key, now }) {
      for (const size of [0, 1, 255, 100_000]) {
        const payload = Uint8Array.from({ length: size }, (_, index) => index % 256);
        const record = recordOf(now(), { payload });
        await store.put(key, record, 60_000);
        assert.deepEqual(comparable(await store.read(key)), comparable(record));
      }
    },
  },
  {
    name: 'reads nothing once the lifetime of a record has passed',
    async check({ store, key, now, pass }) {
      const lifetime = 300 + store.limits.lifetimeGranularityMs;
      await store.put(key, recordOf(now(), endingAt(now() + lifetime)), lifetime);
      assert.notEqual(await store.read(key), undefined);
      await pass(lifetime + 50);
      assert.equal(await store.read(key), undefined);
    },
  },
  {
    name: 'reads many keys in order, absent and repeated ones included',
    async check({ store, key, now }) {
      const first = recordOf(now());
      const second = recordOf(now());
      await store.put(`${key}:1`, first, 60_000);
      await store.put(`${key}:2`, second, 60_000);
      const read = await store.readMany([2, 0, 1, 2].map((n) => `${key}:${n}`));
      const wanted = [second, undefined, first, second];
      assert.deepEqual(read.map(comparable), wanted.map(comparable));
      assert.deepEqual(await store.readMany([]), []);
    },
  },
  {
    name: 'takes no lease by reading',
    async check({ store, key }) {
      await store.read(key);
      await store.readMany([key]);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
  {
    name: 'keeps keys apart whatever they are made of',
    async check({ store, key, now }) {
      const keys = [
        ':',
        '::',
        'a',
        'A',
        ' a',
        '{a}',
        'a*',
        'ä',
        '💡',
        'a\nb',
        'a\0b',
        'x'.repeat(200),
      ];
      const records = keys.map(() => recordOf(now()));
      for (const [index, part] of keys.entries())
        await store.put(key + part, records[index]!, 60_000);
      const read = await store.readMany(keys.map((part) => key + part));
      assert.deepEqual(read.map(comparable), records.map(comparable));
    },
  },
];

function endingAt(end: number): { freshUntil: number; staleUntil: number; expiresAt: number } {
  return { freshUntil: end, staleUntil: end, expiresAt: end };
}
