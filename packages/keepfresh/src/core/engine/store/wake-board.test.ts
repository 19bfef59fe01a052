import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { WakeBoard } from './wake-board.ts';

let clock: FakeClock;
let listeners: Set<(key: string) => void>;
let board: WakeBoard;

beforeEach(() => {
  ({ signal } = new AbortController());
  clock = new FakeClock();
  listeners = new Set();
  board = new WakeBoard(clock, (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
});

let signal: AbortSignal;

function wake(key: string): void {
  for (const listener of listeners) listener(key);
}

/** Waits and tells whether it is over. */
function waiting(key: string, ms: number, by: AbortSignal = signal): { isOver: boolean } {
  const state = { isOver: false };
  board.wait(key, ms, by).then(
    () => (state.isOver = true),
    () => {},
  );
  return state;
}

describe('WakeBoard', () => {
  it('subscribes when the first waits, once', () => {
    expect(listeners.size).toBe(0);
    waiting('a', 100);
    waiting('b', 100);
    expect(listeners.size).toBe(1);
  });

  it('wakes all who wait for a key, and nobody else', async () => {
    const [one, two, other] = [waiting('a', 100), waiting('a', 100), waiting('b', 100)];
    wake('a');
    await clock.settle();
    expect([one.isOver, two.isOver, other.isOver]).toEqual([true, true, false]);
    expect(clock.timers).toBe(1);
    wake('nobody');
    wake('a');
  });

  it('ends a wait when its time is over', async () => {
    const [brief, long] = [waiting('a', 100), waiting('a', 101)];
    await clock.advance(100);
    expect([brief.isOver, long.isOver]).toEqual([true, false]);
    await clock.advance(1);
    expect([long.isOver, clock.timers]).toEqual([true, 0]);
  });

  it('rejects with the reason of who leaves, and leaves no timer', async () => {
    const controller = new AbortController();
    const gone = new Error('gone');
    const left = expect(board.wait('a', 100, controller.signal)).rejects.toBe(gone);
    const other = waiting('a', 100);
    controller.abort(gone);
    await left;
    expect(clock.timers).toBe(1);
    await expect(board.wait('a', 100, controller.signal)).rejects.toBe(gone);
    wake('a');
    await clock.settle();
    expect([other.isOver, clock.timers]).toEqual([true, 0]);
  });

  it('lets one who was woken wait again', async () => {
    let rounds = 0;
    void (async () => {
      for (;;) {
        await board.wait('a', 1000, signal);
        rounds++;
      }
    })();
    for (let round = 0; round < 3; round++) {
      wake('a');
      await clock.settle();
    }
    expect([rounds, clock.timers]).toEqual([3, 1]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });

  it('ends its subscription when it is closed, and waits still end in time', async () => {
    const wait = waiting('a', 100);
    board.close();
    board.close();
    expect(listeners.size).toBe(0);
    await clock.advance(100);
    expect(wait.isOver).toBe(true);
  });
});
