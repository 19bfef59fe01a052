import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { SeededRandom } from '../../../testing/seeded-random.ts';
import { MemoryStore } from '../../../memory/remote/memory-store.ts';
import { Breaker } from '../../policy/breaker.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import type { LeaseRequest, Store } from '../../ports/store.ts';
import { Budget } from '../time/budget.ts';
import { FarStore } from './far-store.ts';
import { type LeaseQuest, type LeaseResult, obtainLease } from './lease.ts';
import { WakeBoard } from './wake-board.ts';

const budgetMs = 200;
const waitMs = 2_000;

let clock: FakeClock;
let random: SeededRandom;
let store: MemoryStore;
let requests: LeaseRequest[];
/** Stands before the store; tests replace its methods. */
let front: Store;

beforeEach(() => {
  clock = new FakeClock();
  random = new SeededRandom('lease');
  store = new MemoryStore({ clock });
  requests = [];
  front = Object.create(store, {
    limits: { value: store.limits },
    onWake: { value: store.onWake.bind(store), writable: true },
    release: { value: store.release.bind(store) },
    acquire: {
      value: (key: string, request: LeaseRequest) => {
        requests.push(request);
        return store.acquire(key, request);
      },
      writable: true,
    },
  }) as Store;
});

const limits = { failures: 5, slowMs: 100, badShare: 0.5, openMs: 500, maxOpenMs: 5_000 };

function obtain(quest: Partial<LeaseQuest> = {}): Promise<LeaseResult> {
  const far = new FarStore(front, {
    ...{ clock, breaker: new Breaker({ limits, random: () => 0 }), backgroundTimeoutMs: budgetMs },
    ...{ onFailure: () => {}, onCircuit: () => {} },
  });
  const wakes = new WakeBoard(clock, (listener) => far.onWake(listener));
  return obtainLease(
    {
      ...{ key: 'k', seen: undefined, budget: new Budget(clock, budgetMs) },
      ...{ signal: new AbortController().signal, isUsable: async () => true },
      ...quest,
    },
    { far, wakes, clock, random, budgetMs, waitMs, leaseMs: 5_000 },
  );
}

/** Somebody else's lease. */
async function leasedByAnother(leaseMs = 60_000): Promise<Token> {
  const token = random.hex(16);
  await store.acquire('k', { token, leaseMs, wait: false });
  return token;
}

function recordOf(token: Token = random.hex(16)): StoredRecord {
  const end = clock.now() + 60_000;
  return {
    ...{ token, codec: 1, epoch: '0'.repeat(16), position: 1, loadMs: 1, version: 0, tags: [] },
    ...{ createdAt: clock.now(), freshUntil: end, staleUntil: end, expiresAt: end },
    payload: new Uint8Array(),
  };
}

describe('obtainLease', () => {
  it('is granted at once where nobody has it, for a token never used before', async () => {
    const first = await obtain();
    expect(first).toEqual({ kind: 'granted', token: requests[0]?.token });
    await store.invalidate(['k']);
    await obtain();
    expect(requests[1]?.token).not.toBe(requests[0]?.token);
    expect(requests).toMatchObject([{ leaseMs: 5_000, wait: true }, { wait: true }]);
    expect(clock.timers).toBe(0);
  });

  it('brings the value that somebody stored meanwhile', async () => {
    const record = recordOf();
    await store.put('k', record, 60_000);
    const result = await obtain();
    expect(result).toMatchObject({ kind: 'value', record: { token: record.token } });
    expect(requests).toHaveLength(1);
  });

  it('asks again with the token of a value that it cannot use', async () => {
    const record = recordOf();
    await store.put('k', record, 60_000);
    const result = await obtain({ isUsable: async () => false });
    expect(result.kind).toBe('granted');
    expect(requests.map(({ seen }) => seen)).toEqual([undefined, record.token]);
  });

  it('does not ask for ever while values come that it cannot use', async () => {
    front.acquire = async (_key, request) => {
      requests.push(request);
      return { outcome: 'value', record: recordOf() };
    };
    expect(await obtain({ isUsable: async () => false })).toEqual({ kind: 'none' });
    expect(requests).toHaveLength(4);
  });

  it('is woken by the fill it waits for', async () => {
    const holder = await leasedByAnother();
    const waiting = obtain();
    await clock.advance(10);
    await store.fill('k', recordOf(holder), 60_000);
    await clock.settle();
    expect(await waiting).toMatchObject({ kind: 'value', record: { token: holder } });
    expect(clock.monotonic()).toBe(10);
    expect(clock.timers).toBe(0);
  });

  it('finds the value by asking again when the message is lost', async () => {
    front.onWake = () => () => {};
    const holder = await leasedByAnother();
    const waiting = obtain();
    await clock.advance(300);
    const asked = requests.length;
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(10);
    await store.fill('k', recordOf(holder), 60_000);
    await clock.advance(300);
    expect(await waiting).toMatchObject({ kind: 'value', record: { token: holder } });
  });

  it('asks at intervals that chance spreads, growing to 200 ms on average', async () => {
    front.onWake = () => () => {};
    await leasedByAnother();
    const times: number[] = [];
    const { acquire } = store;
    front.acquire = (key, request) => {
      times.push(clock.monotonic());
      return acquire.call(store, key, request);
    };
    const waiting = obtain();
    await clock.advance(waitMs);
    await waiting;
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(12.5);
    expect(gaps[0]).toBeLessThanOrEqual(37.5);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(300);
    expect(Math.max(...gaps)).toBeGreaterThan(100);
    // Without chance all gaps after the fourth were the same.
    expect(new Set(gaps.slice(4, -1)).size).toBeGreaterThan(2);
  });

  it('takes over the lease of a holder that died', async () => {
    await leasedByAnother(500);
    const waiting = obtain();
    await clock.advance(900);
    expect(await waiting).toMatchObject({ kind: 'granted' });
    expect(requests.at(-1)?.awaited).not.toBeUndefined();
  });

  it('is granted when the load it waited for ended without a value', async () => {
    const holder = await leasedByAnother();
    const waiting = obtain();
    await clock.advance(10);
    await store.release('k', holder);
    await clock.settle();
    expect(await waiting).toMatchObject({ kind: 'granted' });
  });

  it('rejects with the error of the load it waited for, and only of that', async () => {
    const holder = await leasedByAnother();
    const waiting = obtain();
    const rejected = expect(waiting).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: 'no such table',
      cause: { name: 'TypeError', message: 'no such table', code: 'E42' },
    });
    await clock.advance(10);
    await store.release('k', holder, { name: 'TypeError', message: 'no such table', code: 'E42' });
    await rejected;
    const cause = await waiting.catch((error: unknown) => (error as Error).cause);
    expect((cause as Error).stack).toBeUndefined();
    expect(await obtain()).toMatchObject({ kind: 'granted' });
  });

  it('gives up when it has waited long enough', async () => {
    await leasedByAnother();
    const waiting = obtain();
    await clock.advance(waitMs - 1);
    const asked = requests.length;
    await clock.advance(1);
    expect(await waiting).toEqual({ kind: 'none' });
    expect(requests.length).toBeLessThanOrEqual(asked + 1);
    expect(clock.timers).toBe(0);
  });

  it('goes without a lease when the store fails, or is too slow', async () => {
    front.acquire = () => Promise.reject(new Error('connection lost'));
    expect(await obtain()).toEqual({ kind: 'none' });
    front.acquire = () => new Promise(() => {});
    const slow = obtain();
    await clock.advance(budgetMs);
    expect(await slow).toEqual({ kind: 'none' });
  });

  it('gives back a grant that came too late', async () => {
    const token: Token[] = [];
    front.acquire = async (key, request) => {
      token.push(request.token);
      await new Promise<void>((resolve) => void clock.schedule(budgetMs + 50, resolve));
      return store.acquire(key, request);
    };
    const late = obtain();
    await clock.advance(budgetMs);
    expect(await late).toEqual({ kind: 'none' });
    await clock.advance(50);
    expect(await store.renew('k', token[0] ?? '', 1_000)).toBe(false);
  });

  it('has a new budget for each question after a wait', async () => {
    await leasedByAnother();
    const slowAcquire = async (key: string, request: LeaseRequest) => {
      await new Promise<void>((resolve) => void clock.schedule(budgetMs - 50, resolve));
      return store.acquire(key, request);
    };
    front.acquire = slowAcquire;
    let answers = 0;
    const waiting = obtain().finally(() => answers++);
    await clock.advance(waitMs - budgetMs);
    expect(answers).toBe(0);
    await clock.advance(2 * budgetMs);
    expect([await waiting, answers]).toEqual([{ kind: 'none' }, 1]);
  });

  it('ends when everybody has gone', async () => {
    await leasedByAnother();
    const controller = new AbortController();
    const gone = new Error('gone');
    const rejected = expect(obtain({ signal: controller.signal })).rejects.toBe(gone);
    await clock.advance(10);
    controller.abort(gone);
    await rejected;
    expect(clock.timers).toBe(0);
  });
});
