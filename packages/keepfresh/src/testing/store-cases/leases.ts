import assert from 'node:assert/strict';
import {
  comparable,
  newToken,
  fillOf,
  recordOf,
  requestOf,
  type StoreCase,
  type StoreSentence,
} from '../store-under-test.ts';

const brief = 60;

/** What `acquire`, `renew` and `release` without a failure promise. */
export const leases: readonly StoreSentence[] = [
  {
    name: 'grants a free key once and names the holder to everybody else',
    async check({ store, key }) {
      const holder = requestOf({ leaseMs: 5000 });
      assert.deepEqual(await store.acquire(key, holder), { outcome: 'granted' });
      const reply = await store.acquire(key, requestOf());
      assert.ok(reply.outcome === 'leased' && reply.holder === holder.token);
      assert.ok(reply.remainingMs > 0 && reply.remainingMs <= 5000);
    },
  },
  {
    name: 'grants a lease again to the token that holds it',
    async check({ store, key }) {
      const request = requestOf();
      await store.acquire(key, request);
      assert.deepEqual(await store.acquire(key, request), { outcome: 'granted' });
    },
  },
  {
    name: 'grants exactly one of many simultaneous requests, on a free key and over a value',
    async check({ store, key, now }) {
      assert.equal(await grantsOf(store, key, undefined), 1);
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      assert.equal(await grantsOf(store, key, record.token), 1);
    },
  },
  {
    name: "grants a lease once its holder's time is over, and takes the late holder's fill no more",
    async check({ store, key, now, pass }) {
      const late = requestOf({ leaseMs: brief });
      await store.acquire(key, late);
      await pass(brief + 40);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
      assert.equal(await store.fill(key, fillOf(late, now()), 60_000), false);
    },
  },
  {
    name: "grants a lease over a value once its holder's time is over",
    async check({ store, key, now, pass }) {
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      await store.acquire(key, requestOf({ leaseMs: brief, seen: record.token }));
      await pass(brief + 40);
      const reply = await store.acquire(key, requestOf({ seen: record.token }));
      assert.equal(reply.outcome, 'granted');
    },
  },
  {
    name: 'answers with the value when it is not the one the caller saw, leased or not',
    async check({ store, key, now }) {
      const record = recordOf(now(), { tags: ['a'] });
      await store.put(key, record, 60_000);
      const wanted = comparable(record);
      assert.deepEqual(await valueFor(store, key, undefined), wanted);
      assert.deepEqual(await valueFor(store, key, newToken()), wanted);
      await store.acquire(key, requestOf({ seen: record.token }));
      assert.deepEqual(await valueFor(store, key, undefined), wanted);
    },
  },
  {
    name: 'keeps a value readable while its key is leased, and after the release',
    async check({ store, key, now }) {
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      const request = requestOf({ seen: record.token });
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
      assert.equal(await store.release(key, request.token), true);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'keeps a key as long as its lease, but its value only to its own end',
    async check({ store, key, now, pass }) {
      const lifetime = brief + store.limits.lifetimeGranularityMs;
      const end = now() + lifetime;
      const record = recordOf(now(), { freshUntil: end, staleUntil: end, expiresAt: end });
      await store.put(key, record, lifetime);
      const request = requestOf({ seen: record.token, leaseMs: 20 * lifetime });
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      await pass(lifetime + 40);
      assert.equal(await store.read(key), undefined);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'leased');
      assert.equal(await store.renew(key, request.token, 20 * lifetime), true);
      assert.equal(await store.read(key), undefined);
      assert.equal(await store.release(key, request.token), true);
      assert.equal(await store.read(key), undefined);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
  {
    name: 'keeps a value to its own end when its key is leased for less',
    async check({ store, key, now, pass }) {
      const record = recordOf(now());
      await store.put(key, record, 60_000);
      const request = requestOf({ seen: record.token, leaseMs: 5 * brief });
      assert.equal((await store.acquire(key, request)).outcome, 'granted');
      assert.equal(await store.renew(key, request.token, 5 * brief), true);
      await pass(6 * brief + store.limits.lifetimeGranularityMs);
      assert.deepEqual(comparable(await store.read(key)), comparable(record));
    },
  },
  {
    name: 'prolongs a lease for its holder and for nobody else',
    async check({ store, key, now, pass }) {
      const request = requestOf({ leaseMs: 10 * brief });
      await store.acquire(key, request);
      assert.equal(await store.renew(key, newToken(), 10_000), false);
      assert.equal(await store.renew(key, request.token, 10_000), true);
      await pass(11 * brief);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'leased');
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), true);
      assert.equal(await store.renew(key, request.token, 10_000), false);
    },
  },
  {
    name: 'ends a lease for its holder and for nobody else',
    async check({ store, key, now }) {
      const request = requestOf();
      await store.acquire(key, request);
      assert.equal(await store.release(key, newToken()), false);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'leased');
      assert.equal(await store.release(key, request.token), true);
      assert.equal(await store.release(key, request.token), false);
      assert.equal(await store.fill(key, fillOf(request, now()), 60_000), false);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
  {
    name: 'has no lease to renew or release under an absent key',
    async check({ store, key }) {
      assert.equal(await store.renew(key, newToken(), 1000), false);
      assert.equal(await store.release(key, newToken()), false);
      assert.equal((await store.acquire(key, requestOf())).outcome, 'granted');
    },
  },
];

async function grantsOf(
  store: StoreCase['store'],
  key: string,
  seen: string | undefined,
): Promise<number> {
  const requests = Array.from({ length: 20 }, () => store.acquire(key, requestOf({ seen })));
  const replies = await Promise.all(requests);
  return replies.filter((reply) => reply.outcome === 'granted').length;
}

async function valueFor(
  store: StoreCase['store'],
  key: string,
  seen: string | undefined,
): Promise<unknown> {
  const reply = await store.acquire(key, requestOf({ seen }));
  return reply.outcome === 'value' ? comparable(reply.record) : reply;
}
