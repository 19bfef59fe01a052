import assert from 'node:assert/strict';
import type { Store } from '../../core/ports/store.ts';
import { recordOf, requestOf, type StoreCase, type StoreSentence } from '../store-under-test.ts';

/** How a wait ends: whatever happens to a key that somebody waits for. */
type Ending = (store: Store, key: string, token: string, now: number) => Promise<unknown>;

const endings: Readonly<Record<string, Ending>> = {
  'a fill': (store, key, token, now) => store.fill(key, recordOf(now, { token }), 60_000),
  'a put': (store, key, _token, now) => store.put(key, recordOf(now), 60_000),
  'a release': (store, key, token) => store.release(key, token),
  'a failure': (store, key, token) => store.release(key, token, { name: 'Error', message: '' }),
  'an invalidation': (store, key) => store.invalidate([key]),
  'an expiry': (store, key) => store.expire([key]),
};

/** What `onWake` promises. */
export const wakes: readonly StoreSentence[] = [
  ...Object.entries(endings).map(([what, end]) => ({
    name: `wakes those who wait for a key after ${what}`,
    check: (given: StoreCase) => wakesAfter(given, end),
  })),
  {
    name: 'wakes those who wait for a lease whose value was discarded meanwhile',
    check: (given: StoreCase) =>
      wakesAfter(given, async (store, key, token, now) => {
        const old = recordOf(now, { token });
        await store.fill(key, old, 60_000);
        const holder = requestOf({ seen: token });
        await store.acquire(key, holder);
        await store.acquire(key, requestOf({ seen: token, wait: true }));
        await store.discard(key, token);
        await store.fill(key, recordOf(now, { token: holder.token }), 60_000);
      }),
  },
  {
    name: 'sends no message where nobody waits',
    async check(given) {
      const { store, key, now } = given;
      const heard = new Set<string>();
      const end = store.onWake((woken) => heard.add(woken));
      await wakesAfter(given, endings['a fill']!);
      for (const [name, ending] of Object.entries(endings)) {
        const request = requestOf();
        await store.acquire(key + name, request);
        await store.acquire(key + name, requestOf());
        await ending(store, key + name, request.token, now());
      }
      await wakesAfter({ ...given, key: `${key}:last` }, endings['a fill']!);
      end();
      for (const name of Object.keys(endings)) assert.ok(!heard.has(key + name), name);
    },
  },
  {
    name: 'sends no second message for one wait',
    async check(given) {
      const { store, key, now } = given;
      await wakesAfter(given, endings['a fill']!);
      const heard: string[] = [];
      const end = store.onWake((woken) => heard.push(woken));
      await store.put(key, recordOf(now()), 60_000);
      await wakesAfter({ ...given, key: `${key}:last` }, endings['a fill']!);
      end();
      assert.ok(!heard.includes(key));
    },
  },
  {
    name: 'stops calling a listener that ended its subscription',
    async check(given) {
      const heard: string[] = [];
      const end = given.store.onWake((woken) => heard.push(woken));
      end();
      end();
      await wakesAfter(given, endings['a release']!);
      assert.deepEqual(heard, []);
    },
  },
];

/** Messages may be lost, so a store has a few attempts to deliver one. */
async function wakesAfter({ store, key, now, pass }: StoreCase, end: Ending): Promise<void> {
  const heard = new Set<string>();
  const stop = store.onWake((woken) => heard.add(woken));
  for (let attempt = 0; attempt < 20 && !heard.has(key); attempt++) {
    await store.invalidate([key]);
    const holder = requestOf();
    await store.acquire(key, holder);
    await store.acquire(key, requestOf({ wait: true }));
    await end(store, key, holder.token, now());
    for (let wait = 0; wait < 10 && !heard.has(key); wait++) await pass(5);
  }
  stop();
  assert.ok(heard.has(key), 'nobody was woken');
}
