import { covers } from './coverage.ts';
import type { Coverage, History, Instant, Load } from './history.ts';
import type { Violation } from './history-checker.ts';
import { waitMs } from './limits.ts';

/** Around an invalidation for so long a lease may have been taken away, or a record may be unusable. */
const aroundMs = 400;
/** So long after it a process takes out what it stored before it had heard of it, with the lease on it. */
const afterMs = 1_700;

/**
 * One load, where nothing excuses a second loader: in a history without faults, two loads of one key overlap only
 * when something that covers the key was invalidated or written around that time.
 */
export function* checkLoaders(history: History): Generator<Violation> {
  if (!history.calm) return;
  const loads = history.loads.filter(
    ({ bySet, key, process }) => !bySet && !isGivenUp(key, process),
  );
  function isGivenUp(key: string, process: string): boolean {
    return history.reads.some(
      (read) => read.key === key && read.process === process && read.error === 'AbortError',
    );
  }
  for (const [index, first] of loads.entries()) {
    for (const second of loads.slice(index + 1)) {
      if (first.key !== second.key || !overlap(first, second)) continue;
      if (busyMs(loads, second) > waitMs - aroundMs) continue;
      if (
        [...history.invalidations, ...history.mutations].some((each) =>
          excuses(each, first, second),
        )
      )
        continue;
      const text = `${first.process} and ${second.process} load ${first.key} at the same time`;
      yield { rule: 'one load', text, at: second.start };
    }
  }
}

/**
 * For how long the key was being loaded just before: whoever waited for that long, for one load after the other,
 * may have stopped waiting.
 */
function busyMs(loads: readonly Load[], { key, start }: Load): number {
  const since = start.ms - waitMs;
  return loads
    .filter((each) => each.key === key && each.start.tick < start.tick)
    .map((each) => Math.min(each.end?.ms ?? start.ms, start.ms) - Math.max(each.start.ms, since))
    .reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

function overlap(first: Load, second: Load): boolean {
  return first.end === undefined || first.end.tick > second.start.tick;
}

interface Disturbance {
  readonly start: Instant;
  readonly end?: Instant;
  readonly covers: Coverage;
}

function excuses({ start, end, covers: coverage }: Disturbance, one: Load, other: Load): boolean {
  if (!covers(coverage, one) && !covers(coverage, other) && coverage.tags.length === 0)
    return false;
  const over = (end?.ms ?? Number.POSITIVE_INFINITY) + afterMs;
  return over >= one.start.ms && start.ms - aroundMs <= other.start.ms;
}
