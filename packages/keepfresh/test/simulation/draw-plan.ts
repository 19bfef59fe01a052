import { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Delays } from './link.ts';
import { drawActions } from './draw-actions.ts';
import { drawChanges, drawHooked } from './draw-changes.ts';
import { drawFaults } from './draw-faults.ts';
import { drawLateSurvivor } from './draw-late-survivor.ts';
import { drawWrites } from './draw-writes.ts';
import { pick } from './pick.ts';
import type { Action, Plan, RefreshPlan, Step } from './plan.ts';

/** Draws a plan: any seed gives one, the same seed the same. */
export function drawPlan(seed: number): Plan {
  const random = new SeededRandom(`plan ${seed}`);
  const calm = random.below(6) === 0;
  const count = pick(random, [1, 2, 2, 2, 3, 3, 4]);
  const processes = Array.from({ length: count }, (_, index) => index);
  const lag = pick(random, [400, 1_000]);
  const spanMs = 1_500 + random.below(3_000);
  const drawn = calm ? [] : drawFaults(random, count, spanMs);
  const late = drawLateSurvivor(drawn, { seed, count, maxLagMs: lag });
  const faults = [...drawn, ...late];
  const writes = drawWrites(seed, count, spanMs);
  const steps: Step[] = [...drawActions(random, count, spanMs), ...faults, ...writes];
  steps.push(...drawChanges(seed, count, spanMs));
  steps.sort((one, other) => one.at - other.at);
  // How long a hold lasts is measured by clocks, so they have to be right.
  const sourceLagMs = !calm && !faults.some(movesHolds) && random.below(3) === 0 ? 100 : 0;
  const refreshing = drawRefreshing(seed);
  const errorTtlMs = drawErrorTtl(seed);
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
    ...(errorTtlMs !== undefined && { errorTtlMs }),
    ...(refreshing && { refreshing, ...(!calm && drawTimes(seed)) }),
    sourceLagMs,
    steps: stepsWith(errorTtlMs === undefined ? steps : steps.map(failingOften), {
      waits: sourceLagMs > 0,
      confirms: refreshing !== undefined,
    }),
    calm,
    endMs,
    // A small H makes a member seem gone that is only slow; and who hears of news remembers as well.
    ...(late.length > 0 && { maxLagMs: processes.map(() => lag), lossShare: 1 }),
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

/** In half of all plans; drawn apart, so that the others stay as they are. */
function drawRefreshing(seed: number): RefreshPlan | undefined {
  const random = new SeededRandom(`refreshing ${seed}`);
  if (random.below(2) === 0) return undefined;
  const softTimeoutMs = pick(random, [undefined, 1, 30, 90]);
  return {
    // So large that values are drawn long before they end: simulations are short.
    earlyRefresh: pick(random, [0, 1, 20, 100]),
    refreshAhead: pick(random, [0, 0, 1, 3]),
    ...(softTimeoutMs !== undefined && { softTimeoutMs }),
    pauses: random.below(2) === 0,
  };
}

/** In one plan of three. */
function drawErrorTtl(seed: number): number | undefined {
  const random = new SeededRandom(`errors ${seed}`);
  return random.below(3) === 0 ? pick(random, [60, 400, 3_000]) : undefined;
}

/** The step, with a loader that fails in one of four. */
function failingOften(step: Step, index: number): Step {
  if (!('action' in step) || step.action.kind !== 'getOrSet' || index % 4 > 0) return step;
  return { ...step, action: { ...step.action, fails: true } };
}

/** Values that end soon, and may be served for a while after that. */
function drawTimes(
  seed: number,
): Pick<Plan, 'ttlMs' | 'staleWhileRevalidateMs' | 'staleIfErrorMs'> {
  const random = new SeededRandom(`times ${seed}`);
  return {
    ttlMs: pick(random, [60_000, 400, 100, 30]),
    staleWhileRevalidateMs: pick(random, [0, 0, 50, 1_000]),
    staleIfErrorMs: pick(random, [0, 3_000, 3_000]),
  };
}

function stepsWith(
  steps: readonly Step[],
  { waits, confirms }: { readonly waits: boolean; readonly confirms: boolean },
): readonly Step[] {
  // What a source that lags behind says of a change is not known, so it confirms nothing.
  if (waits) return steps.map(waiting);
  if (!confirms) return steps;
  return steps.map((step) =>
    'action' in step ? { ...step, action: confirming(step.action) } : step,
  );
}

/** The action with loaders that may confirm the value from before. */
function confirming(action: Action): Action {
  if (action.kind === 'getOrSet') return { ...action, confirms: true };
  if (action.kind !== 'sequence' && action.kind !== 'together') return action;
  return { ...action, actions: action.actions.map(confirming) };
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
