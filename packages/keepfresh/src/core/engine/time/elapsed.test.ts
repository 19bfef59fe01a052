import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Elapsed } from './elapsed.ts';

describe('Elapsed', () => {
  it('counts from 0 as both clocks do', async () => {
    const clock = new FakeClock();
    const elapsed = new Elapsed(clock);
    expect(elapsed.read()).toBe(0);
    await clock.advance(25);
    expect([elapsed.read(), elapsed.read()]).toEqual([25, 25]);
  });

  it('counts a suspension, which only the wall clock shows', () => {
    const clock = new FakeClock();
    const elapsed = new Elapsed(clock);
    clock.suspend(500);
    expect(elapsed.read()).toBe(500);
  });

  it('makes up for a wall clock that was set back', async () => {
    const clock = new FakeClock();
    const elapsed = new Elapsed(clock);
    clock.stepWall(-3_600_000);
    await clock.advance(40);
    expect(elapsed.read()).toBe(40);
    await clock.advance(2);
    expect(elapsed.read()).toBe(42);
  });

  it('never goes back and never counts less than passed, whatever the clocks do between readings', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.nat(100) }),
      fc.record({ suspend: fc.nat(100) }),
      fc.record({ step: fc.integer({ min: -1000, max: 1000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const clock = new FakeClock();
        const elapsed = new Elapsed(clock);
        let passed = 0;
        let before = 0;
        for (const one of steps) {
          if ('pass' in one) clock.block(one.pass);
          else if ('suspend' in one) clock.suspend(one.suspend);
          else clock.stepWall(one.step);
          passed += 'pass' in one ? one.pass : 'suspend' in one ? one.suspend : 0;
          const now = elapsed.read();
          expect(now).toBeGreaterThanOrEqual(before);
          expect(now).toBeGreaterThanOrEqual(passed);
          before = now;
        }
      }),
    );
  });
});
