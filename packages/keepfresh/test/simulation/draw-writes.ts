import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from './pick.ts';
import type { Action, Step } from './plan.ts';

/**
 * Writes to the source through the cache, and snapshots, in one plan of three. They are drawn from a chance of their own, so that
 * what else a seed brings stays what it was.
 */
export function drawWrites(seed: number, count: number, spanMs: number): Step[] {
  const random = new SeededRandom(`writes ${seed}`);
  if (random.below(3) > 0) return [];
  const from = 100 + random.below(spanMs - 100);
  const widthMs = pick(random, [5, 60, 600]);
  const key = pick(random, ['a', 'b', 'c']);
  const writes = Array.from({ length: 2 + random.below(4) }, () => {
    const at = from + random.below(widthMs);
    return { at, process: random.below(count), action: drawWrite(random, key) };
  });
  return random.below(2) === 0 ? writes : [...writes, ...drawTransfer(random, count, spanMs)];
}

/** A snapshot of one process, read by others or by itself, at once or much later. */
function drawTransfer(random: SeededRandom, count: number, spanMs: number): Step[] {
  const at = 100 + random.below(spanMs - 100);
  const exported: Step = { at, process: random.below(count), action: { kind: 'export' } };
  const imports = Array.from({ length: 1 + random.below(3) }, (): Step => {
    const later = at + pick(random, [1, 20, 300, 2_500]) + random.below(10);
    const process = random.below(count);
    const adopt = random.below(3) === 0;
    return { at: later, process, action: { kind: 'import', ...(adopt && { adopt }) } };
  });
  return [exported, ...imports];
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
