import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { OwedReleases } from './owed-releases.ts';

describe('leases that may be held for nobody', () => {
  let clock: FakeClock;
  let owed: OwedReleases;
  let asked: string[];
  let isAway: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    [asked, isAway] = [[], true];
    owed = new OwedReleases({
      clock,
      release: async (key, token) => {
        asked.push(`${key} ${token}`);
        if (isAway) throw new Error('no connection');
      },
    });
  });

  it('are given back as soon as the server can be asked', async () => {
    owed.add('k', 't1');
    await clock.advance(500);
    expect(new Set(asked)).toEqual(new Set(['k t1']));
    [isAway, asked] = [false, []];
    owed.add('l', 't2');
    await clock.advance(200);
    expect(asked.toSorted()).toEqual(['k t1', 'l t2']);
    expect(clock.timers).toBe(0);
  });

  it('are asked for no longer than leases last, and ever more rarely', async () => {
    owed.add('k', 't');
    await clock.advance(60_000);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.length).toBeLessThan(20);
    expect(clock.timers).toBe(0);
  });

  it('are forgotten when it is closed, and beyond a thousand', async () => {
    for (let n = 0; n < 2_000; n++) owed.add('k', `t${n}`);
    isAway = false;
    await clock.advance(9_000);
    expect(asked).toHaveLength(1_000);
    isAway = true;
    owed.add('k', 'again');
    await clock.advance(500);
    owed.close();
    owed.add('k', 'late');
    asked = [];
    await clock.advance(5_000);
    expect([asked, clock.timers]).toEqual([[], 0]);
  });
});
