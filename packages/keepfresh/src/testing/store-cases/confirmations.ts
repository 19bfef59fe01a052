import assert from 'node:assert/strict';
import type { StoredRecord } from '../../core/ports/record.ts';
import type { Store } from '../../core/ports/store.ts';
import {
  comparable,
  newToken,
  recordOf,
  requestOf,
  type StoreSentence,
} from '../store-under-test.ts';

/** A store that confirms; others do without. */
type Confirming = Store & Required<Pick<Store, 'confirm'>>;

/** A value in the store, and what its load comes to that confirms it, with the lease for that. */
interface Confirmation {
  readonly old: StoredRecord;
  readonly renewed: StoredRecord;
}

/** What `confirm` promises, where a store has it: what `fill` does, but for what need not be sent. */
export const confirmations: readonly StoreSentence[] = [
  sentence(
    'gives the value that is there another header when it is confirmed, and ends the lease',
    async (store, key, now) => {
      const { old, renewed } = await begin(store, key, now);
      assert.equal(await store.confirm(key, renewed, 60_000, old.token), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(renewed));
      assert.equal(await store.confirm(key, renewed, 60_000, renewed.token), false);
      const next = await store.acquire(key, requestOf({ seen: renewed.token }));
      assert.equal(next.outcome, 'granted');
    },
  ),
  sentence(
    'confirms nothing without the lease, and nothing that has become another value',
    async (store, key, now) => {
      const { old, renewed } = await begin(store, key, now);
      const stranger = { ...renewed, token: newToken() };
      assert.equal(await store.confirm(key, stranger, 60_000, old.token), false);
      assert.equal(await store.confirm(key, renewed, 60_000, newToken()), false);
      assert.deepEqual(comparable(await store.read(key)), comparable(old));
      assert.equal(await store.confirm(key, renewed, 60_000, old.token), true);
    },
  ),
  sentence('confirms nothing after the key was invalidated or expired', async (store, key, now) => {
    for (const remove of [() => store.invalidate([key]), () => store.expire([key])]) {
      const { old, renewed } = await begin(store, key, now);
      await remove();
      assert.equal(await store.confirm(key, renewed, 60_000, old.token), false);
    }
  }),
  sentence(
    'keeps no failure of before behind a value that is confirmed',
    async (store, key, now) => {
      const failed = await begin(store, key, now);
      await store.release(key, failed.renewed.token, { name: 'Error', message: 'down' });
      const request = requestOf({ seen: failed.old.token });
      await store.acquire(key, request);
      const renewed = { ...failed.renewed, token: request.token };
      assert.equal(await store.confirm(key, renewed, 60_000, failed.old.token), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(renewed));
    },
  ),
];

function sentence(
  name: string,
  check: (store: Confirming, key: string, now: number) => Promise<void>,
): StoreSentence {
  return {
    name,
    check: async ({ store, key, now }) => {
      if (isConfirming(store)) await check(store, key, now());
    },
  };
}

function isConfirming(store: Store): store is Confirming {
  return store.confirm !== undefined;
}

async function begin(store: Store, key: string, now: number): Promise<Confirmation> {
  const old = recordOf(now, { tags: ['a', 'b'] });
  await store.put(key, old, 60_000);
  const request = requestOf({ seen: old.token });
  await store.acquire(key, request);
  const renewed = { ...old, token: request.token, createdAt: now + 5, position: 77 };
  return { old, renewed };
}
