import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';

function recorder(clock: FakeClock): { seen: string[]; at: (ms: number, name: string) => void } {
  const seen: string[] = [];
  return {
    seen,
    at: (ms, name) => void clock.schedule(ms, () => seen.push(`${name}@${clock.monotonic()}`)),
  };
}

describe('FakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new FakeClock({ now: 1000 });
    await clock.settle();
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0]);
    await clock.advance(5.5);
    expect([clock.now(), clock.monotonic()]).toEqual([1005.5, 5.5]);
  });

  it('runs due timers in the order of their time, and of their setting at the same time', async () => {
    const clock = new FakeClock();
    const { seen, at } = recorder(clock);
    at(30, 'c');
    at(10, 'a');
    at(20, 'b1');
    at(20, 'b2');
    at(31, 'never');
    await clock.advance(30);
    expect(seen).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
    expect(clock.timers).toBe(1);
    expect(clock.nextTimerMs).toBe(1);
  });

  it('runs timers that are set by timers, when they are due within the same advance', async () => {
    const clock = new FakeClock();
    const ticks: number[] = [];
    const tick = (): void => {
      ticks.push(clock.monotonic());
      clock.schedule(10, tick);
    };
    clock.schedule(10, tick);
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it('lets promises settle before the next timer runs', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.schedule(1, () => {
      void (async () => {
        for (let step = 0; step < 50; step++) await Promise.resolve();
        seen.push('settled');
      })();
    });
    clock.schedule(1, () => seen.push('next'));
    await clock.advance(1);
    expect(seen).toEqual(['settled', 'next']);
  });

  it('settles what was pending before it looks for timers', async () => {
    const clock = new FakeClock();
    let ran = false;
    void Promise.resolve().then(() => clock.schedule(0, () => (ran = true)));
    await clock.advance(0);
    expect(ran).toBe(true);
  });

  it('never runs a cancelled timer, and takes a late or repeated cancel', async () => {
    const clock = new FakeClock();
    const { seen, at } = recorder(clock);
    const cancel = clock.schedule(10, () => seen.push('cancelled'));
    at(10, 'other');
    cancel();
    cancel();
    await clock.advance(10);
    cancel();
    expect(seen).toEqual(['other@10']);
  });

  it('lets one timer cancel another that is due at the same moment', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.schedule(1, () => {
      cancelSecond();
    });
    const cancelSecond = clock.schedule(1, () => seen.push('second'));
    await clock.advance(5);
    expect(seen).toEqual([]);
  });

  it('steps the wall clock alone, also back', async () => {
    const clock = new FakeClock({ now: 1000 });
    clock.stepWall(-400);
    expect([clock.now(), clock.monotonic()]).toEqual([600, 0]);
    await clock.advance(1);
    expect(clock.now()).toBe(601);
  });

  it('moves no timer while the machine is suspended', async () => {
    const clock = new FakeClock({ now: 0 });
    const { seen, at } = recorder(clock);
    at(10, 'timer');
    clock.suspend(1000);
    await clock.advance(9);
    expect(seen).toEqual([]);
    expect([clock.now(), clock.monotonic()]).toEqual([1009, 9]);
    await clock.advance(1);
    expect(seen).toEqual(['timer@10']);
  });

  it('runs overdue timers late, and never goes back, after the process was blocked', async () => {
    const clock = new FakeClock({ now: 0 });
    const { seen, at } = recorder(clock);
    at(10, 'first');
    at(20, 'second');
    clock.block(100);
    expect(seen).toEqual([]);
    expect(clock.nextTimerMs).toBe(0);
    await clock.advance(0);
    expect(seen).toEqual(['first@100', 'second@100']);
    expect(clock.now()).toBe(100);
    expect(clock.nextTimerMs).toBe(Infinity);
  });

  it('rejects with what a timer threw, and goes on with the next advance', async () => {
    const clock = new FakeClock();
    const { seen, at } = recorder(clock);
    clock.schedule(1, () => {
      throw new Error('broken timer');
    });
    at(2, 'later');
    await expect(clock.advance(5)).rejects.toThrow('broken timer');
    expect(clock.monotonic()).toBe(1);
    await clock.advance(4);
    expect(seen).toEqual(['later@2']);
  });

  it('refuses to go back or nowhere', async () => {
    const clock = new FakeClock();
    await expect(clock.advance(-1)).rejects.toThrow('advance(-1)');
    expect(() => clock.suspend(Number.NaN)).toThrow('suspend(NaN)');
    expect(() => clock.block(Infinity)).toThrow('block(Infinity)');
    expect(() => clock.stepWall(Number.NaN)).toThrow('stepWall(NaN)');
  });

  it('keeps thousands of timers in order', async () => {
    const clock = new FakeClock();
    const ran: number[] = [];
    const delays = Array.from({ length: 3000 }, (_, index) => (index * 7919) % 997);
    const cancels = delays.map((delay) => clock.schedule(delay, () => ran.push(delay)));
    for (const [index, cancel] of cancels.entries()) if (index % 3 === 0) cancel();
    await clock.advance(1000);
    const wanted = delays.filter((_, index) => index % 3 !== 0).toSorted((a, b) => a - b);
    expect(ran).toEqual(wanted);
  });
});
