import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../memory/remote/memory-store.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { CacheError } from '../../errors.ts';
import { Breaker } from '../../policy/breaker.ts';
import type { StoredRecord } from '../../ports/record.ts';
import { Budget } from '../time/budget.ts';
import { FarStore } from './far-store.ts';

const budgetMs = 200;

const limits = { failures: 5, slowMs: 100, badShare: 0.5, openMs: 500, maxOpenMs: 5_000 };

describe('FarStore', () => {
  let clock: FakeClock;
  let far: FarStore;
  let store: MemoryStore;
  let circuits: boolean[];
  let asked: string[];
  /** What the store does with a read. */
  let answer: () => Promise<StoredRecord | undefined>;

  const never = (): Promise<never> => new Promise(() => {});
  const nothing = async (): Promise<undefined> => undefined;
  const refused = (): Promise<never> => Promise.reject(new Error('connection refused'));
  const budget = (): Budget => new Budget(clock, budgetMs);
  const read = (key = 'k'): Promise<StoredRecord | undefined> => far.read(key, budget());

  beforeEach(() => {
    clock = new FakeClock();
    [circuits, asked, answer] = [[], [], nothing];
    store = new MemoryStore({ clock });
    store.read = (key) => {
      asked.push(key);
      return answer();
    };
    far = new FarStore(store, {
      clock,
      breaker: new Breaker({ limits, random: () => 1 }),
      backgroundTimeoutMs: budgetMs,
      onFailure: () => {},
      onCircuit: (open) => circuits.push(open),
    });
  });

  async function openTheCircuit(): Promise<void> {
    answer = refused;
    for (let n = 0; n < 5; n++) await expect(read()).rejects.toThrow('refused');
    expect([far.usable, circuits]).toEqual([false, [true]]);
    asked = [];
  }

  it('rejects what is not answered within the budget, and drops the late answer', async () => {
    answer = never;
    const rejected = expect(read()).rejects.toMatchObject({ code: 'REMOTE_TIMEOUT' });
    await clock.advance(budgetMs);
    await rejected;
    expect(clock.timers).toBe(0);
  });

  it('rejects what the store throws instead of rejecting', async () => {
    answer = () => {
      throw new Error('not a promise');
    };
    await expect(read()).rejects.toThrow('not a promise');
    expect(clock.timers).toBe(0);
  });

  it('takes answers that came while this process stood still', async () => {
    const late = Promise.withResolvers<undefined>();
    answer = () => late.promise;
    const reads = Array.from({ length: 20 }, () => read());
    clock.block(1_000);
    clock.schedule(0, () => late.resolve(undefined));
    await clock.advance(0);
    expect(await Promise.all(reads)).toEqual(reads.map(() => undefined));
    expect(far.usable).toBe(true);
  });

  it('sends nothing of its callers while the circuit is open, not even when its time is over', async () => {
    await openTheCircuit();
    answer = never;
    for (let ms = 0; ms < 5_000; ms += 100) {
      await expect(read()).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
      await clock.advance(100);
    }
    // Standing still, its time is over before the timer that ends it.
    clock.block(10_000);
    await expect(read()).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    expect(new Set(asked)).toEqual(new Set(['%']));
    expect(circuits).toEqual([true]);
  });

  it.each(['acquire', 'fill', 'release'] as const)(
    'gives back the lease when it is not told what became of it: %s',
    async (operation) => {
      const released: string[] = [];
      const token = 'a'.repeat(32);
      const request = { token, leaseMs: 5_000, wait: false };
      store[operation] = refused;
      if (operation === 'acquire') await far.acquire('k', request, budget()).catch(() => {});
      if (operation === 'fill') await far.fill('k', { token } as StoredRecord, 1_000);
      if (operation === 'release') await far.release('k', token);
      store.release = async (key) => {
        released.push(key);
        return true;
      };
      await clock.advance(100);
      expect([released, clock.timers]).toEqual([['k'], 0]);
    },
  );

  it('gives back what ended just before the store failed, and nothing older', async () => {
    const released: string[] = [];
    const tokens = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    store.release = async (key, token) => {
      released.push(key + token[0]!);
      return true;
    };
    await far.release('old', tokens[0]!);
    await clock.advance(1_001);
    await far.release('k', tokens[1]!);
    await far.fill('l', { token: tokens[2]! } as StoredRecord, 1_000);
    released.length = 0;
    answer = refused;
    await expect(read()).rejects.toThrow('refused');
    await expect(read()).rejects.toThrow('refused');
    await clock.advance(100);
    expect([released, clock.timers]).toEqual([['kb', 'lc'], 0]);
  });

  it('gives back once more a lease that was asked for in vain twice', async () => {
    const released: string[] = [];
    const asked = Promise.withResolvers<never>();
    const request = { token: 'a'.repeat(32), leaseMs: 5_000, wait: false };
    store.acquire = () => asked.promise;
    store.release = async (key) => released.push(key) > 0;
    const late = far.acquire('k', request, budget()).catch(() => {});
    await clock.advance(budgetMs);
    await late;
    await clock.advance(100);
    asked.reject(new Error('lost on the way'));
    await clock.advance(100);
    expect([released, clock.timers]).toEqual([['k', 'k'], 0]);
  });

  it('stays usable while one node of several is away', async () => {
    const code = 'SHARD_UNAVAILABLE';
    answer = () => Promise.reject(new CacheError(code, 'no connection to a:1'));
    for (let n = 0; n < 50; n++) await expect(read()).rejects.toMatchObject({ code });
    expect([far.usable, circuits]).toEqual([true, []]);
    await openTheCircuit();
    answer = () => Promise.reject(new CacheError(code, 'no connection to a:1'));
    await clock.advance(500);
    expect([far.usable, circuits]).toEqual([true, [true, false]]);
  });

  it('finds out by itself that the store is back', async () => {
    await openTheCircuit();
    answer = nothing;
    await clock.advance(500);
    expect([far.usable, circuits, asked]).toEqual([true, [true, false], ['%']]);
    expect(clock.timers).toBe(0);
    expect(await read()).toBeUndefined();
  });

  it('asks at once when it is told that the store is back', async () => {
    far.probeSoon();
    expect(asked).toEqual([]);
    await openTheCircuit();
    answer = nothing;
    far.probeSoon();
    far.probeSoon();
    await clock.settle();
    expect([far.usable, asked, clock.timers]).toEqual([true, ['%'], 0]);
  });

  it('asks no more once it is closed', async () => {
    await openTheCircuit();
    await far.close();
    await clock.advance(60_000);
    far.probeSoon();
    expect([asked, clock.timers]).toEqual([[], 0]);
  });
});
