import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import { mutationTimeoutMs } from './limits.ts';
import { drawSet } from './draw-actions.ts';
import { drawProbes } from './draw-probes.ts';
import { pick } from './pick.ts';
import type { Fault, ServerName, Step } from './plan.ts';

/**
 * Draws the faults of a plan. What is promised assumes that certain things do not happen together (a lost
 * tail of the log and the end of the process that knows it; a pause and a wall clock that is set back), so a
 * plan has either small faults, any number of them, or one large one alone.
 */
export function drawFaults(random: SeededRandom, processes: number, spanMs: number): Step[] {
  if (random.below(3) === 0) {
    return probed(random, processes, [drawLargeFault(random, processes, spanMs)]);
  }
  const clocks = pick(random, ['none', 'none', 'pause', 'suspend', 'step'] as const);
  if (clocks !== 'step' && random.below(4) === 0) return drawDeath(random, processes, spanMs);
  const faults = Array.from({ length: 1 + random.below(3) }, () => ({
    at: 50 + random.below(spanMs),
    fault: drawSmallFault(random, random.below(processes), clocks),
  }));
  return probed(random, processes, faults);
}

interface TimedFault {
  readonly at: number;
  readonly fault: Fault;
}

function probed(random: SeededRandom, processes: number, faults: readonly TimedFault[]): Step[] {
  return faults.flatMap(({ at, fault }) => [
    { at, fault },
    ...(random.below(4) > 0 ? drawProbes(random, processes, fault, at) : []),
  ]);
}

/** A process ends between the commit of a mutation and its invalidation, while others read what it covers. */
function drawDeath(random: SeededRandom, processes: number, spanMs: number): Step[] {
  const at = 200 + random.below(spanMs);
  const key = pick(random, ['a', 'b', 'c']);
  const takesMs = pick(random, [5, 60, 300, 1_200]);
  const covers = pick(random, [{ keys: [key] }, { tags: ['t0', 't1', 't2'] }, { pattern: '?' }]);
  const reads = Array.from({ length: 3 + random.below(4) }, (): Step => ({
    at: at + random.below(pick(random, [takesMs + 10, mutationTimeoutMs + 200])),
    process: random.below(processes),
    action: { kind: 'getOrSet', key, loadMs: pick(random, [1, 20, 300, 1_200]) },
  }));
  const process = random.below(processes);
  const stranger: Step = {
    at: at + random.below(takesMs + 5),
    process: random.below(processes),
    action: random.below(2) === 0 ? { kind: 'invalidate', keys: [key] } : drawSet(random, key),
  };
  return [
    ...(random.below(2) === 0 ? [stranger] : []),
    { at, process, action: { kind: 'mutate', ...covers, takesMs, dies: true } },
    ...reads,
    { at: at + mutationTimeoutMs, process, action: { kind: 'get', key } },
  ];
}

function drawSmallFault(
  random: SeededRandom,
  process: number,
  clocks: 'none' | 'pause' | 'suspend' | 'step',
): Fault {
  const forMs = pick(random, [5, 50, 300, 1_200, 2_500]);
  if (clocks !== 'none' && random.below(2) === 0) {
    if (clocks !== 'step') return { kind: clocks, process, forMs };
    return {
      kind: 'stepWall',
      process,
      ms: pick(random, [-5_000, -300, -100, 300, 5_000, 3_600_000]),
    };
  }
  const server: ServerName = pick(random, ['data', 'control']);
  const draw = random.below(10);
  if (draw < 4) {
    return { kind: 'cut', process, server, forMs, knownAfterMs: pick(random, [0, 0, 50, 700]) };
  }
  if (draw < 6) return { kind: 'stall', process, server, forMs };
  if (draw < 7) {
    const key = pick(random, ['a', 'b', 'c', 'p:1']);
    return { kind: random.below(2) === 0 ? 'loseRecord' : 'newerVersion', key };
  }
  if (draw < 8) return { kind: 'close', process, restartAfterMs: random.below(500) };
  return { kind: 'crash', process, restartAfterMs: random.below(500) };
}

function drawLargeFault(random: SeededRandom, processes: number, spanMs: number): TimedFault {
  const at = 300 + random.below(spanMs);
  const server = pick(random, ['data', 'control', 'both'] as const);
  const forMs = pick(random, [1, 30, 400]);
  const draw = random.below(12);
  if (draw < 2) return { at, fault: { kind: 'flush', server } };
  if (draw < 5) {
    const part = pick(random, ['meta', 'entries', 'tags', 'patterns'] as const);
    return { at, fault: { kind: 'losePart', part } };
  }
  if (draw < 9) {
    const imageAgeMs = pick(random, [0, 100, 300, 1_000, 3_000]);
    return { at, fault: { kind: 'restart', server, imageAgeMs, forMs } };
  }
  if (draw < 10) {
    const ms = pick(random, [-3_600_000, -2_000, 2_000, 3_600_000]);
    return { at, fault: { kind: 'stepServer', server, ms } };
  }
  const minority = Array.from({ length: processes }, (_, index) => index).filter(
    () => random.below(2) === 0,
  );
  return { at, fault: { kind: 'twoMasters', minority, forMs: pick(random, [300, 1_500, 2_500]) } };
}
