import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from './pick.ts';
import type { Fault, Step } from './plan.ts';

/** Long enough after the start for every process to be a member, and in every image that is taken then. */
const earliestMs = 1_500;
/** A replica lags behind its master by less. */
const oldestImageMs = 300;

interface Course {
  readonly seed: number;
  /** How many processes there are. */
  readonly count: number;
  readonly maxLagMs: number;
}

/**
 * In half of the plans in which another server takes over the log, a process that may be the only one to remember
 * what was lost finds that server late, between one H and two after it is there, while another one reads.
 */
export function drawLateSurvivor(
  faults: readonly Step[],
  { seed, count, maxLagMs }: Course,
): readonly Step[] {
  const random = new SeededRandom(`late ${seed}`);
  const found = faults.flatMap((step) => ('fault' in step ? [{ ...step }] : [])).find(isTakenOver);
  if (found === undefined || count < 2 || random.below(2) === 0) return [];
  const { at, fault } = found;
  const [late, other] = [random.below(count), 1 + random.below(count - 1)];
  const reader = (late + other) % count;
  const key = pick(random, ['a', 'b', 'c']);
  const backMs = at + lastsMs(fault);
  const awayMs = lastsMs(fault) + maxLagMs + random.below(maxLagMs);
  const cut: Fault = {
    kind: 'cut',
    process: late,
    server: 'control',
    forMs: awayMs,
    knownAfterMs: 0,
  };
  const invalidate = pick(random, [{ keys: [key] }, { tags: ['t0', 't1', 't2'] }]);
  return [
    { at: at - 600, process: reader, action: { kind: 'getOrSet', key, loadMs: 1 } },
    {
      at: at - 1 - random.below(150),
      process: late,
      action: { kind: 'invalidate', ...invalidate },
    },
    { at: at + 1, fault: cut },
    ...Array.from({ length: 6 }, (): Step => ({
      at: backMs + maxLagMs + random.below(2 * maxLagMs),
      process: reader,
      action: { kind: pick(random, ['get', 'peek']), key },
    })),
  ];
}

interface Befalling {
  readonly at: number;
  readonly fault: Fault;
}

function isTakenOver({ at, fault }: Befalling): boolean {
  if (fault.kind !== 'restart' || fault.server === 'data') return false;
  return at >= earliestMs && fault.imageAgeMs <= oldestImageMs;
}

function lastsMs(fault: Fault): number {
  return 'forMs' in fault ? fault.forMs : 0;
}
