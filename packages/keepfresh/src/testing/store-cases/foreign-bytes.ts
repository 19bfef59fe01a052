import assert from 'node:assert/strict';
import {
  newToken,
  fillOf,
  recordOf,
  requestOf,
  type StoreCase,
  type StoreSentence,
} from '../store-under-test.ts';

const strangers: Readonly<Record<string, Uint8Array>> = {
  'a short text': Buffer.from('42'),
  'a long text': Buffer.from('{"value":1}'.repeat(50)),
  'bytes that begin like a record': Buffer.concat([Buffer.of(0x4b, 0xf5), Buffer.alloc(20)]),
};

/** What holds for keys under which something is that no store wrote. */
export const foreignBytes: readonly StoreSentence[] = [
  ...Object.entries(strangers).map(([what, bytes]) => ({
    name: `reads nothing from ${what}, loads may go on, and only an invalidation removes it`,
    check: (given: StoreCase) => leavesAlone(given, bytes),
  })),
  {
    name: 'lends a key whose record is broken, and stores over it',
    async check({ store, key, now, subject }) {
      await store.put(key, recordOf(now(), { tags: ['a'] }), 60_000);
      const bytes = Uint8Array.from((await subject.dig!(key))!);
      await subject.plant!(key, bytes.subarray(0, bytes.length - 1));
      assert.equal(await store.read(key), undefined);
      const request = requestOf();
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      assert.equal((await store.acquire(key, requestOf())).outcome, 'leased');
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), true);
      assert.equal((await store.read(key))?.token, request.token);
    },
  },
  {
    name: 'lends a key whose record another version wrote, without changing its content',
    async check({ store, key, now, subject }) {
      await store.put(key, recordOf(now()), 60_000);
      const bytes = Uint8Array.from((await subject.dig!(key))!);
      bytes[2] = 99;
      await subject.plant!(key, bytes);
      assert.equal(await store.read(key), undefined);
      const request = requestOf();
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      const leased = Uint8Array.from((await subject.dig!(key))!);
      assert.deepEqual(leased.subarray(56, 120), bytes.subarray(56, 120));
      assert.deepEqual(leased.subarray(128), bytes.subarray(128));
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), true);
    },
  },
];

async function leavesAlone(
  { store, key, now, subject }: StoreCase,
  bytes: Uint8Array,
): Promise<void> {
  await subject.plant!(key, bytes);
  assert.equal(await store.read(key), undefined);
  assert.deepEqual(await store.readMany([key]), [undefined]);
  const request = requestOf();
  assert.equal((await store.acquire(key, request)).outcome, 'granted');
  assert.equal(await store.renew(key, request.token, 1000), false);
  assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
  assert.equal(await store.release(key, newToken(), { name: 'Error', message: '' }), false);
  assert.equal(await store.put(key, recordOf(now()), 60_000), false);
  assert.equal(await store.discard(key, newToken()), false);
  await store.expire([key]);
  assert.deepEqual([...((await subject.dig!(key)) ?? [])], [...bytes]);
  await store.invalidate([key]);
  assert.equal(await subject.dig!(key), undefined);
}
