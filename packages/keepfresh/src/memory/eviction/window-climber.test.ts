import { describe, expect, it } from 'vitest';
import { WindowClimber } from './window-climber.ts';

/** Plays `samples` samples of 1,000 requests whose hit ratio depends on the window's share. */
function climbed(samples: number, ratioFor: (share: number) => number): WindowClimber {
  const climber = new WindowClimber();
  for (let sample = 0; sample < samples; sample++) {
    const hits = Math.round(1_000 * ratioFor(climber.share));
    for (let hit = 0; hit < hits; hit++) climber.onHit();
    for (let miss = hits; miss < 1_000; miss++) climber.onMiss(10);
  }
  return climber;
}

describe('WindowClimber', () => {
  it('starts with a hundredth', () => {
    expect(new WindowClimber().share).toBe(0.01);
  });

  it('finds a large window where that is best, and stays there', () => {
    expect(climbed(60, (share) => 0.3 + 0.4 * share).share).toBeGreaterThan(0.7);
  });

  it('goes back to a small window where that is best', () => {
    expect(climbed(60, (share) => 0.7 - 0.4 * share).share).toBeLessThan(0.1);
  });

  it('stays near the best place between', () => {
    const { share } = climbed(120, (given) => 0.6 - Math.abs(given - 0.4));
    expect(Math.abs(share - 0.4)).toBeLessThan(0.15);
  });

  it('never leaves its bounds', () => {
    for (const slope of [-0.5, 0.5]) {
      const { share } = climbed(200, (given) => 0.5 + slope * given);
      expect(share).toBeGreaterThanOrEqual(0.005);
      expect(share).toBeLessThanOrEqual(0.8);
    }
  });
});
