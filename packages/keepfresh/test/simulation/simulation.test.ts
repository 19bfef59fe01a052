import { describe, expect, it, vi } from 'vitest';
import { MemoryHub } from '../../src/memory/remote/memory-hub.ts';
import { memoryRemote } from '../../src/memory/remote/memory-remote.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { cacheOf } from './cache-of.ts';
import { drawPlan } from './draw-plan.ts';
import { failureOf, printFailure, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

/** Seeds are numbered from 1; these are the same in every run. */
const seeds = 2_000;
const atOnce = 100;

describe('caches in several processes, on a simulated network and on virtual time', () => {
  const ranges = Array.from({ length: seeds / atOnce }, (_, index) => 1 + index * atOnce);

  it.each(ranges)('keep every promise in the histories from seed %i on', async (from) => {
    for (let seed = from; seed < from + atOnce; seed++) {
      const failure = await failureOf(drawPlan(seed));
      if (failure !== undefined) expect.fail(printFailure(await shrink(failure)));
    }
  });

  it('print nothing of their own beside what is reported of them', async () => {
    const warned = vi.spyOn(process, 'emitWarning');
    const clock = new FakeClock();
    const random = new SeededRandom('silent');
    const remote = memoryRemote(new MemoryHub({ clock, random }));
    const cache = cacheOf({
      plan: drawPlan(1),
      memory: true,
      maxLagMs: 1_000,
      clock,
      random,
      remote,
    });
    cache.on('miss', () => {
      throw new Error('a listener that is broken');
    });
    await cache.get('a');
    await cache.close();
    expect(warned).not.toHaveBeenCalled();
  });

  it('do the same thing in the same way again', async () => {
    for (const seed of [3, 5, 8]) {
      const [one, other] = [await simulate(drawPlan(seed)), await simulate(drawPlan(seed))];
      expect(one).toEqual(other);
    }
  });

  it('are asked for a lot, and met with all kinds of faults', async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 150; seed++) {
      const { reads, loads, invalidations, mutations, mishaps } = await simulate(drawPlan(seed));
      for (const { call, outcome } of reads) outcomes.add(`${call} ${outcome}`);
      for (const { call, status } of invalidations) outcomes.add(`${call} ${status}`);
      for (const { result } of loads) outcomes.add(`load ${result}`);
      for (const { outcome } of mutations) outcomes.add(`mutation ${outcome}`);
      for (const { text } of mishaps) outcomes.add(text.split(' ')[0]!);
    }
    const expected = [
      ...[
        'getOrSet value',
        'getOrSet error',
        'get value',
        'get none',
        'peek value',
        'refresh value',
      ],
      ...['invalidate applied', 'invalidate placed', 'expire applied', 'set applied'],
      ...['load loaded', 'load confirmed', 'load failed'],
      ...['mutation committed', 'mutation rolled back', 'mutation died'],
      ...['cut', 'stall', 'pause', 'suspend', 'stepWall', 'crash', 'close', 'flush', 'losePart'],
      ...['loseRecord', 'restart', 'stepServer', 'twoMasters'],
    ];
    expect([...outcomes]).toEqual(expect.arrayContaining(expected));
  });
});
