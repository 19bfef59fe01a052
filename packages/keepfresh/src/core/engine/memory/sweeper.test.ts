import { describe, expect, it } from 'vitest';
import { MemoryTier } from '../../../memory/memory-tier.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Sweeper } from './sweeper.ts';

/** A clock on which each reading of the monotonic clock takes a while. */
class BusyClock extends FakeClock {
  readMs = 0;
  readings = 0;

  override monotonic(): number {
    this.readings++;
    return super.monotonic() + this.readings * this.readMs;
  }
}

/** Memory with a sweeper; keys in `banned` are invalid from the next ban on. */
function sweptMemory() {
  const clock = new BusyClock();
  const banned = new Set<string>();
  let seq = 0;
  const tier = new MemoryTier({
    ...{ maxEntries: 10_000, maxBytes: 1e9, clock },
    onFill: () => sweeper.onFill(),
  });
  const sweeper: Sweeper = new Sweeper({
    clock,
    memory: tier,
    seq: () => seq,
    judge: {
      slot(key, slot) {
        if (!banned.has(key)) return 'fresh';
        tier.remove(slot);
        return 'invalidated';
      },
    },
  });
  const put = (key: string, ttlMs = 3_600_000): void => {
    const end = clock.now() + ttlMs;
    tier.put({
      ...{ key, value: key, tags: [], createdAt: clock.now(), weight: 100 },
      ...{ freshUntil: end, staleUntil: end, expiresAt: end },
      ...{ loadStartedAt: 0, position: 0, version: 0, checkedSeq: seq },
    });
  };
  const ban = (...keys: string[]): void => {
    seq++;
    for (const key of keys) banned.add(key);
    sweeper.onBan();
  };
  return { clock, tier, sweeper, put, ban };
}

describe('Sweeper', () => {
  it('frees what was invalidated soon after, and leaves the rest', async () => {
    const { clock, tier, put, ban } = sweptMemory();
    for (let index = 0; index < 1_000; index++) put(`k${index}`);
    ban(...Array.from({ length: 500 }, (_, index) => `k${index * 2}`));
    expect(tier.count).toBe(1_000);
    await clock.advance(150);
    expect(tier.count).toBe(500);
    tier.check();
  });

  it('frees what is past its hard end within a minute, with no timer for each', async () => {
    const { clock, tier, put } = sweptMemory();
    for (let index = 0; index < 500; index++) put(`k${index}`, 1_000 + index);
    put('later', 3_600_000);
    expect(clock.timers).toBe(1);
    await clock.advance(61_500);
    expect(tier.count).toBe(1);
    await clock.advance(3_660_000);
    expect(tier.count).toBe(0);
  });

  it('sets no timer while nothing is held, and sets one again', async () => {
    const { clock, tier, put, ban } = sweptMemory();
    ban();
    expect(clock.timers).toBe(0);
    put('a', 1_000);
    await clock.advance(70_000);
    expect([tier.count, clock.timers]).toEqual([0, 0]);
    put('b', 1_000);
    expect(clock.timers).toBe(1);
  });

  it('works in slices, between which others have their turn', async () => {
    const { clock, tier, put, ban } = sweptMemory();
    for (let index = 0; index < 6_400; index++) put(`k${index}`, 1_000_000);
    ban(...Array.from({ length: 6_400 }, (_, index) => `k${index}`));
    clock.readMs = 0.2;
    await clock.advance(101);
    const freed = 6_400 - tier.count;
    expect(freed).toBeGreaterThan(0);
    expect(freed).toBeLessThanOrEqual(5 * 64);
    await clock.advance(1_000);
    expect(tier.count).toBe(0);
  });

  it('makes one pass of many invalidations, and pauses for long after a long pass', async () => {
    const { clock, tier, put, ban } = sweptMemory();
    for (let index = 0; index < 640; index++) put(`k${index}`);
    for (let index = 0; index < 100; index++) ban(`k${index}`);
    expect(clock.timers).toBe(1);
    clock.readMs = 1;
    await clock.advance(150);
    expect(tier.count).toBe(540);
    clock.readMs = 0;
    ban('k500');
    await clock.advance(300);
    expect(tier.count).toBe(540);
    await clock.advance(2_000);
    expect(tier.count).toBe(539);
  });

  it('sweeps again when something was invalidated during a pass', async () => {
    const { clock, tier, put, ban } = sweptMemory();
    for (let index = 0; index < 6_400; index++) put(`k${index}`);
    ban('k1');
    clock.readMs = 0.1;
    await clock.advance(102);
    ban('k0');
    clock.readMs = 0;
    expect(tier.find('k0')).not.toBe(-1);
    await clock.advance(2_000);
    expect(tier.count).toBe(6_398);
  });

  it('does nothing any more once it is closed, also in the middle of a pass', async () => {
    const { clock, tier, sweeper, put, ban } = sweptMemory();
    for (let index = 0; index < 6_400; index++) put(`k${index}`);
    ban(...Array.from({ length: 6_400 }, (_, index) => `k${index}`));
    clock.readMs = 1;
    await clock.advance(101);
    const left = tier.count;
    sweeper.close();
    await clock.advance(100_000);
    sweeper.onBan();
    sweeper.onFill();
    expect([tier.count, clock.timers]).toEqual([left, 0]);
    expect(left).toBeGreaterThan(0);
  });
});
