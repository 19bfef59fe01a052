import { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Delays } from './link.ts';
import { drawActions } from './draw-actions.ts';
import { drawChanges, drawHooked } from './draw-changes.ts';
import { drawFaults } from './draw-faults.ts';
import { drawWrites } from './draw-writes.ts';
import { pick } from './pick.ts';
import type { Plan, Step } from './plan.ts';

/** Draws a plan: any seed gives one, the same seed the same. */
export function drawPlan(seed: number): Plan {
  const random = new SeededRandom(`plan ${seed}`);
  const calm = random.below(6) === 0;
  const count = pick(random, [1, 2, 2, 2, 3, 3, 4]);
  const processes = Array.from({ length: count }, (_, index) => index);
  const lag = pick(random, [400, 1_000]);
  const spanMs = 1_500 + random.below(3_000);
  const faults = calm ? [] : drawFaults(random, count, spanMs);
  const writes = drawWrites(seed, count, spanMs);
  const steps: Step[] = [...drawActions(random, count, spanMs), ...faults, ...writes];
  steps.push(...drawChanges(seed, count, spanMs));
  steps.sort((one, other) => one.at - other.at);
  // How long a hold lasts is measured by clocks, so they have to be right.
  const sourceLagMs = !calm && !faults.some(movesHolds) && random.below(3) === 0 ? 100 : 0;
  const endMs = Math.max(spanMs, ...faults.map(endOf)) + 10;
  // Nobody is left who knows the H of the others when the log forgets its members.
  const mayDiffer = !faults.some(forgetsMembers);
  return {
    seed,
    maxLagMs: processes.map(() =>
      mayDiffer && random.below(4) === 0 ? pick(random, [200, 1_000]) : lag,
    ),
    wallOffsets: processes.map(() => pick(random, [0, 0, -90_000, 3_600_000])),
    memory: processes.map(() => random.below(5) > 0),
    delays: { ...drawDelays(random, calm), slowUntilMs: calm ? 0 : endMs },
    partialShare: pick(random, [0, 0.1, 0.6]),
    lossShare: calm ? 0 : pick(random, [0, 0.2, 1]),
    retentionMs: faults.some(goesBack) ? 60_000 : pick(random, [60_000, 2_000]),
    ttlMs: calm ? 60_000 : pick(random, [60_000, 60_000, 400]),
    staleWhileRevalidateMs: calm ? 0 : pick(random, [0, 0, 1_000]),
    staleIfErrorMs: pick(random, [0, 0, 3_000]),
    hooked: drawHooked(seed),
    sourceLagMs,
    steps: sourceLagMs > 0 ? steps.map(waiting) : steps,
    calm,
    endMs,
  };
}

function forgetsMembers(step: Step): boolean {
  if (!('fault' in step)) return false;
  const { fault } = step;
  if (fault.kind === 'flush') return fault.server !== 'data';
  return fault.kind === 'losePart' && fault.part === 'meta';
}

/** Keys that were invalidated must be known for as long as a store may go back. */
function goesBack(step: Step): boolean {
  return 'fault' in step && step.fault.kind === 'restart';
}

function movesHolds(step: Step): boolean {
  if (!('fault' in step)) return false;
  const { kind } = step.fault;
  return ['stepWall', 'stepServer', 'flush', 'losePart', 'restart', 'twoMasters'].includes(kind);
}

/** The step with invalidations that wait for the source. */
function waiting(step: Step): Step {
  if (!('action' in step) || step.action.kind !== 'invalidate') return step;
  return { ...step, action: { ...step.action, settleMs: 200 } };
}

function endOf(step: Step): number {
  if (!('fault' in step)) return step.at;
  const { fault } = step;
  const lasts = 'forMs' in fault ? fault.forMs : 0;
  const restarts = 'restartAfterMs' in fault ? fault.restartAfterMs + 1_500 : 0;
  return step.at + Math.max(lasts, restarts) + 50;
}

function drawDelays(random: SeededRandom, calm: boolean): Omit<Delays, 'slowUntilMs'> {
  const mostMs = pick(random, [0, 1, 3, 20]);
  if (calm) return { mostMs: Math.min(mostMs, 3), slowShare: 0, slowMs: 0 };
  return {
    mostMs,
    slowShare: pick(random, [0, 0, 0.03, 0.1]),
    slowMs: pick(random, [30, 300, 900]),
  };
}
