import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  function set() {
    const clock = new FakeClock();
    return { clock, start: clock.monotonic(), deadlines: new Deadlines(clock) };
  }

  it('expire when their time is over, and not before', async () => {
    const { clock, start, deadlines } = set();
    const expire = vi.fn();
    deadlines.add(start + 200, expire);
    await clock.advance(199);
    expect(expire).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(expire).toHaveBeenCalledTimes(1);
    await clock.advance(1_000);
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it('expire each at its own time, in whatever order they were set', async () => {
    const { clock, start, deadlines } = set();
    const expired: number[] = [];
    for (const ms of [200, 50, 300, 50, 120]) deadlines.add(start + ms, () => expired.push(ms));
    await clock.advance(60);
    expect(expired).toEqual([50, 50]);
    await clock.advance(60);
    expect(expired).toEqual([50, 50, 120]);
    await clock.advance(1_000);
    expect(expired).toEqual([50, 50, 120, 200, 300]);
  });

  it('do not expire once they were taken back, wherever they stood', async () => {
    for (const taken of [0, 1, 2]) {
      const { clock, start, deadlines } = set();
      const expired: number[] = [];
      const all = [0, 1, 2].map((n) => deadlines.add(start + 10, () => expired.push(n)));
      expect(deadlines.remove(all[taken]!)).toBe(true);
      expect(deadlines.remove(all[taken]!)).toBe(false);
      expect(clock.timers).toBe(1);
      await clock.advance(10);
      expect(clock.timers).toBe(0);
      expect(expired).toEqual([0, 1, 2].filter((n) => n !== taken));
      expect(all.map((deadline) => deadlines.remove(deadline))).toEqual([false, false, false]);
    }
  });

  it('leave no timer behind when all were taken back', async () => {
    const { clock, start, deadlines } = set();
    const [one, other] = [deadlines.add(start + 10, () => {}), deadlines.add(start + 5, () => {})];
    deadlines.remove(one);
    deadlines.remove(other);
    expect(clock.timers).toBe(0);
    const expire = vi.fn();
    deadlines.add(start + 20, expire);
    await clock.advance(20);
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it('can be set and taken back by one that expires', async () => {
    const { clock, start, deadlines } = set();
    const expired: string[] = [];
    deadlines.add(start + 10, () => {
      expired.push('first');
      deadlines.remove(second);
      deadlines.add(start + 15, () => expired.push('third'));
    });
    const second = deadlines.add(start + 10, () => expired.push('second'));
    await clock.advance(20);
    expect(expired).toEqual(['first', 'third']);
  });

  it('wait for one more turn when the timer comes late: answers may be there unread', async () => {
    const { clock, start, deadlines } = set();
    const expired: string[] = [];
    deadlines.add(start + 100, () => expired.push('never answered'));
    const answered = deadlines.add(start + 100, () => expired.push('answered'));
    clock.block(500);
    // Due after the late timer, and before what that sets: as an answer that is read in between.
    clock.schedule(0, () => deadlines.remove(answered));
    await clock.advance(0);
    expect(expired).toEqual(['never answered']);
  });
});
