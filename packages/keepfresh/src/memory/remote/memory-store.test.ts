import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredRecord } from '../../core/ports/record.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { storeKit } from '../../testing/store-kit.ts';
import { MemoryStore } from './memory-store.ts';

const sentences = storeKit({ foreignBytes: false }).map(({ name, run }) => [name, run] as const);

describe('MemoryStore keeps the promises of a store', () => {
  it.each(sentences)('%s', async (_name, run) => {
    const clock = new FakeClock();
    const store = new MemoryStore({ clock });
    const pass = (ms: number): Promise<void> => clock.advance(ms);
    await expect(run(() => ({ store, pass, now: () => clock.now() }))).resolves.toBeUndefined();
  });
});

const random = new SeededRandom('memory-store');

function recordOf(now: number, fields: Partial<StoredRecord> = {}): StoredRecord {
  const end = now + 60_000;
  return {
    token: random.hex(16),
    codec: 1,
    epoch: '00000000000000e1',
    position: 1,
    createdAt: now,
    freshUntil: end,
    staleUntil: end,
    expiresAt: end,
    loadMs: 0,
    version: 0,
    tags: [],
    payload: Uint8Array.of(1, 2, 3),
    ...fields,
  };
}

describe('MemoryStore', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });

  it('holds no more keys than allowed, and lets go of the oldest first', async () => {
    const store = new MemoryStore({ clock, maxRecords: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) {
      await store.put(key, recordOf(clock.now()), 60_000);
    }
    expect(store.keys()).toEqual(['c', 'a', 'd']);
  });

  it('holds no more bytes than allowed, and counts them back to nothing', async () => {
    const store = new MemoryStore({ clock, maxBytes: 10_000 });
    for (let index = 0; index < 50; index++) {
      const payload = new Uint8Array(random.below(2000));
      await store.put(`k${random.below(20)}`, recordOf(clock.now(), { payload }), 60_000);
      expect(store.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(store.size).toBeGreaterThan(2);
    await store.invalidate(store.keys());
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });

  it('bounds leases as well: one that was pushed out stores nothing', async () => {
    const store = new MemoryStore({ clock, maxRecords: 2 });
    const tokens = ['a', 'b', 'c'].map((key) => ({ key, token: random.hex(16) }));
    for (const { key, token } of tokens) {
      await store.acquire(key, { token, leaseMs: 1000, wait: false });
    }
    const filled = tokens.map(({ key, token }) =>
      store.fill(key, recordOf(clock.now(), { token }), 1000),
    );
    expect(await Promise.all(filled)).toEqual([false, true, true]);
  });

  it('drops what has ended while others are written', async () => {
    const store = new MemoryStore({ clock });
    for (let index = 0; index < 10; index++) {
      await store.put(`old${index}`, recordOf(clock.now()), 10);
    }
    await clock.advance(10);
    for (let index = 0; index < 5; index++) {
      await store.put(`new${index}`, recordOf(clock.now()), 60_000);
    }
    expect(store.keys()).toEqual(['new0', 'new1', 'new2', 'new3', 'new4']);
  });

  it('refuses a record that is too large, by its size', async () => {
    const store = new MemoryStore({ clock, maxBytes: 4000 });
    expect(store.limits.maxRecordBytes).toBe(1000);
    const large = recordOf(clock.now(), { payload: new Uint8Array(900) });
    await expect(store.put('k', large, 1000)).rejects.toThrow('1028 bytes');
    await expect(store.fill('k', large, 1000)).rejects.toThrow('at most 1000 bytes');
  });

  it('refuses a record that no store could read back', async () => {
    const store = new MemoryStore({ clock });
    const record = recordOf(clock.now(), { position: -1 });
    await expect(store.put('k', record, 1000)).rejects.toThrow('consistent record');
  });

  it('gives nobody the bytes it keeps', async () => {
    const store = new MemoryStore({ clock });
    const record = recordOf(clock.now());
    await store.put('k', record, 1000);
    record.payload[0] = 9;
    (await store.read('k'))!.payload[1] = 9;
    expect([...(await store.read('k'))!.payload]).toEqual([1, 2, 3]);
  });

  it('does not keep a lease that its clock, set back, would keep for longer than it was given', async () => {
    const store = new MemoryStore({ clock });
    const request = { token: random.hex(16), leaseMs: 1000, wait: false };
    await store.acquire('k', request);
    clock.stepWall(-3_600_000);
    const other = { ...request, token: random.hex(16) };
    expect((await store.acquire('k', other)).outcome).toBe('granted');
  });

  it('goes back to an image, in which later commands change nothing', async () => {
    const store = new MemoryStore({ clock });
    const old = recordOf(clock.now());
    await store.put('a', old, 60_000);
    const image = store.image();
    await store.invalidate(['a']);
    await store.put('b', recordOf(clock.now()), 60_000);
    store.restore(image);
    expect(store.keys()).toEqual(['a']);
    await store.invalidate(['a']);
    expect(store.bytes).toBe(0);
    store.restore(image);
    expect(await store.read('a')).toMatchObject({ token: old.token });
  });

  it('loses a key, or all, without waking anybody', async () => {
    const store = new MemoryStore({ clock });
    const woken: string[] = [];
    store.onWake((key) => woken.push(key));
    for (const key of ['a', 'b']) {
      await store.acquire(key, { token: random.hex(16), leaseMs: 1000, wait: false });
      await store.acquire(key, { token: random.hex(16), leaseMs: 1000, wait: true });
    }
    expect(store.lose('a')).toBe(true);
    expect(store.lose('a')).toBe(false);
    store.flush();
    await clock.advance(2000);
    expect([store.size, store.bytes, woken]).toEqual([0, 0, []]);
  });

  it('wakes every listener once, after the command that woke them', async () => {
    const store = new MemoryStore({ clock });
    const heard: string[] = [];
    const listener = (key: string): number => heard.push(key);
    const ends = [store.onWake(listener), store.onWake(listener)];
    await store.acquire('k', { token: random.hex(16), leaseMs: 1000, wait: false });
    await store.acquire('k', { token: random.hex(16), leaseMs: 1000, wait: true });
    const done = store.invalidate(['k']);
    expect(heard).toEqual([]);
    await done;
    await clock.settle();
    expect(heard).toEqual(['k', 'k']);
    for (const end of ends) end();
  });
});
