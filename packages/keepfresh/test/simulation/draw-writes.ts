import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from './pick.ts';
import type { Action, Step } from './plan.ts';

/**
 * Writes to the source through the cache, in one plan of three. They are drawn from a chance of their own, so that
 * what else a seed brings stays what it was.
 */
export function drawWrites(seed: number, count: number, spanMs: number): Step[] {
  const random = new SeededRandom(`writes ${seed}`);
  if (random.below(3) > 0) return [];
  const from = 100 + random.below(spanMs - 100);
  const widthMs = pick(random, [5, 60, 600]);
  const key = pick(random, ['a', 'b', 'c']);
  return Array.from({ length: 2 + random.below(4) }, () => {
    const at = from + random.below(widthMs);
    return { at, process: random.below(count), action: drawWrite(random, key) };
  });
}

function drawWrite(random: SeededRandom, key: string): Action {
  if (random.below(4) === 0) return { kind: 'getOrSet', key, loadMs: pick(random, [1, 60]) };
  if (random.below(2) === 0) return drawBehind(random, key);
  const fails = pick(random, [undefined, undefined, undefined, 'refused', 'answer lost'] as const);
  const dies = fails === undefined && random.below(12) === 0;
  const takesMs = pick(random, [0, 1, 20, 60, 300]);
  return { kind: 'write', key, takesMs, ...(fails && { fails }), ...(dies && { dies }) };
}

function drawBehind(random: SeededRandom, key: string): Action {
  const fails = pick(random, [undefined, undefined, undefined, 'refused', 'answer lost'] as const);
  const takesMs = pick(random, [0, 1, 20, 100]);
  const flushAfterMs = pick(random, [0, 10, 60, 400]);
  return { kind: 'behind', key, takesMs, flushAfterMs, ...(fails && { fails }) };
}
