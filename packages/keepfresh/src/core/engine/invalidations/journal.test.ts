import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import type { PendingChange } from './change.ts';
import { Journal } from './journal.ts';

let clock: FakeClock;
/** What was tried, by keys; and how many of each attempt are left over. */
let tried: string[][];
let left: (changes: readonly PendingChange[]) => Promise<readonly PendingChange[]>;
let collapsed: number[];
let journal: Journal;

beforeEach(() => {
  clock = new FakeClock();
  tried = [];
  collapsed = [];
  left = async (changes) => changes;
  journal = new Journal({
    clock,
    drain: (changes) => {
      tried.push(changes.map(({ change }) => change.keys.join('+')));
      return left(changes);
    },
    collapse: (changes) => {
      collapsed.push(changes.length);
      return changeOf('everything');
    },
  });
});

function changeOf(key: string): PendingChange {
  const change = { bans: [], keys: [key] };
  return { change, pending: [], since: 0, placed: false, erased: false, repeated: 0 };
}

describe('Journal', () => {
  it('does nothing while there is nothing to do', async () => {
    journal.drainSoon();
    await clock.advance(60_000);
    expect([tried, clock.timers, journal.size]).toEqual([[], 0, 0]);
  });

  it('tries what is pending again, oldest first, at growing intervals', async () => {
    journal.add(changeOf('a'));
    journal.add(changeOf('b'));
    const times: number[] = [];
    const attempts = left;
    left = (changes) => {
      times.push(clock.monotonic());
      return attempts(changes);
    };
    await clock.advance(2_000);
    expect(times).toEqual([100, 300, 700, 1100, 1500, 1900]);
    expect(tried.every((keys) => keys.join() === 'a,b')).toBe(true);
    expect(journal.size).toBe(2);
  });

  it('forgets what is in force, keeps what is not, and starts over with short intervals', async () => {
    for (const key of ['a', 'b', 'c']) journal.add(changeOf(key));
    left = async (changes) => changes.filter(({ change }) => change.keys[0] === 'b');
    await clock.advance(100);
    expect(journal.size).toBe(1);
    left = async () => [];
    await clock.advance(200);
    expect([journal.size, clock.timers]).toEqual([0, 0]);
    journal.add(changeOf('d'));
    await clock.advance(100);
    expect(tried).toEqual([['a', 'b', 'c'], ['b'], ['d']]);
  });

  it('tries at once when the remote is back', async () => {
    journal.add(changeOf('a'));
    await clock.advance(1_600);
    const before = tried.length;
    left = async () => [];
    journal.drainSoon();
    await clock.settle();
    expect([tried.length, journal.size]).toEqual([before + 1, 0]);
    await clock.advance(5_000);
    expect(tried).toHaveLength(before + 1);
  });

  it('tries again soon when the remote came back in the middle of an attempt', async () => {
    journal.add(changeOf('a'));
    await clock.advance(1_600);
    const { promise, resolve } = Promise.withResolvers<readonly PendingChange[]>();
    left = () => promise;
    await clock.advance(400);
    journal.add(changeOf('b'));
    journal.drainSoon();
    left = async () => [];
    resolve([changeOf('a')]);
    await clock.advance(110);
    expect(journal.size).toBe(0);
  });

  it('tries one at a time, and counts what is being tried', async () => {
    let finish: (changes: readonly PendingChange[]) => void = () => {};
    left = () => new Promise((resolve) => (finish = resolve));
    journal.add(changeOf('a'));
    await clock.advance(100);
    journal.add(changeOf('b'));
    journal.drainSoon();
    await clock.advance(10_000);
    expect(tried).toEqual([['a']]);
    expect(journal.size).toBe(2);
    left = async () => [];
    finish([changeOf('a')]);
    await clock.advance(1_000);
    expect(tried).toEqual([['a'], ['a', 'b']]);
    expect(journal.size).toBe(0);
  });

  it('keeps everything when an attempt breaks', async () => {
    left = () => Promise.reject(new Error('broken'));
    journal.add(changeOf('a'));
    await clock.advance(400);
    expect([tried.length, journal.size]).toEqual([2, 1]);
    left = async () => [];
    await clock.advance(1_000);
    expect(journal.size).toBe(0);
  });

  it('puts too many together into one that covers them', async () => {
    for (let index = 0; index < 10_001; index++) journal.add(changeOf(`${index}`));
    expect([collapsed, journal.size]).toEqual([[10_001], 1]);
    await clock.advance(100);
    expect(tried).toEqual([['everything']]);
  });

  it('puts few together that name too much', async () => {
    const bans = Array.from({ length: 9_000 }, (_, n) => ({ kind: 'key', key: `${n}` }) as const);
    const change = (): PendingChange => ({ ...changeOf('many'), change: { bans, keys: [] } });
    for (let index = 0; index < 11; index++) journal.add(change());
    await clock.advance(100);
    expect(collapsed).toEqual([]);
    journal.add(change());
    expect([collapsed, journal.size]).toEqual([[12], 1]);
  });

  it('puts too many together also when they come while others are tried', async () => {
    let finish: (changes: readonly PendingChange[]) => void = () => {};
    left = () => new Promise((resolve) => (finish = resolve));
    for (let index = 0; index < 6_000; index++) journal.add(changeOf(`a${index}`));
    await clock.advance(100);
    for (let index = 0; index < 6_000; index++) journal.add(changeOf(`b${index}`));
    left = async (changes) => changes;
    finish(Array.from({ length: 6_000 }, (_, index) => changeOf(`a${index}`)));
    await clock.settle();
    expect(journal.size).toBeLessThanOrEqual(10_000);
    expect(collapsed).toHaveLength(1);
  });

  it('tries once more when it is closed, and tells how many it gives up', async () => {
    journal.add(changeOf('a'));
    journal.add(changeOf('b'));
    left = async (changes) => changes.slice(1);
    expect(await journal.close()).toBe(1);
    expect(tried).toEqual([['a', 'b']]);
    journal.add(changeOf('c'));
    journal.drainSoon();
    await clock.advance(60_000);
    expect([tried.length, clock.timers]).toEqual([1, 0]);
  });

  it('waits for an attempt under way when it is closed', async () => {
    let finish: (changes: readonly PendingChange[]) => void = () => {};
    left = () => new Promise((resolve) => (finish = resolve));
    journal.add(changeOf('a'));
    await clock.advance(100);
    const closed = journal.close();
    await clock.settle();
    left = async () => [];
    finish([changeOf('a')]);
    expect(await closed).toBe(0);
    expect([tried, clock.timers]).toEqual([[['a'], ['a']], 0]);
  });
});
