import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import { drawInvalidation, drawRead } from './draw-actions.ts';
import { pick } from './pick.ts';
import type { Action, Fault, Step } from './plan.ts';

/**
 * Actions around a fault that show whether it was survived: one process reads a value before, others
 * invalidate it meanwhile, and the first reads it again, while the fault lasts and after.
 */
export function drawProbes(
  random: SeededRandom,
  processes: number,
  fault: Fault,
  at: number,
): Step[] {
  const victim = 'process' in fault ? fault.process : random.below(processes);
  const other = (victim + 1 + random.below(Math.max(1, processes - 1))) % processes;
  const key = pick(random, ['a', 'b', 'c']);
  const end = at + lastsMs(fault);
  const before = at - 5 - random.below(150);
  const near = (): number => pick(random, [at, end]) + random.below(40) - 10;
  const during = (): number => at + random.below(end - at + 1);
  // A value that is read again too early is replaced, and shows nothing.
  const isPatient = random.below(3) === 0;
  const later = (): number =>
    isPatient
      ? end + 900 + random.below(1_800)
      : pick(random, [near(), during(), end + random.below(1_500)]);
  const steps: Step[] = [{ at: before, process: victim, action: drawReadOf(random, key) }];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const process = random.below(4) === 0 ? victim : other;
    steps.push({
      at: pick(random, [near(), during()]),
      process,
      action: drawInvalidation(random, key),
    });
  }
  for (let left = 2 + random.below(4); left > 0; left--) {
    const process = random.below(4) === 0 ? other : victim;
    steps.push({ at: later(), process, action: drawReadOf(random, key) });
  }
  return steps.filter((step) => step.at > 50);
}

function lastsMs(fault: Fault): number {
  if ('forMs' in fault) return fault.forMs;
  return 'restartAfterMs' in fault ? fault.restartAfterMs : 300;
}

function drawReadOf(random: SeededRandom, key: string): Action {
  const draw = random.below(10);
  if (draw < 5) return { kind: 'getOrSet', key, loadMs: pick(random, [0, 0, 1, 20, 900]) };
  if (draw < 7) return { kind: 'get', key };
  if (draw < 8) return { kind: 'peek', key };
  return drawRead(random, key === 'a' ? 'p:1' : 'p:2');
}
