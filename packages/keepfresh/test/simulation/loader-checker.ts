import { covers } from './coverage.ts';
import type { Coverage, History, Instant, Load } from './history.ts';
import type { Violation } from './history-checker.ts';
import { loadTimeoutMs, timeouts, waitMs } from './limits.ts';

/**
 * Around an invalidation for so long a lease may have been taken away, or a record may be unusable: until all have heard
 * of it, and for as long as hooks may keep a load from beginning.
 */
const aroundMs = 100;
/** For so long, at least, the lease of a process that died outlasts it: it is renewed at each third of its time. */
const shortestLeaseMs = (timeouts.lease * 2) / 3 - aroundMs;

/**
 * One load, where nothing excuses a second loader: in a history without faults, two loads of one key overlap only
 * when something that covers the key was invalidated or written around that time, when whoever began one of them had
 * waited for as long as anybody waits, or when the first has been given up or its process has died.
 */
export function* checkLoaders(history: History): Generator<Violation> {
  if (!history.calm) return;
  const loads = history.loads.filter(({ bySet }) => !bySet);
  const disturbances = [...history.invalidations, ...history.mutations];
  for (const [index, first] of loads.entries()) {
    for (const second of loads.slice(index + 1)) {
      if (first.key !== second.key) continue;
      // What is given up while hooks keep it from beginning is over before it begins.
      if ([first, second].some((each) => isOver(each, second.start, history))) continue;
      if (hasWaited(first, history) || hasWaited(second, history)) continue;
      if (disturbances.some((each) => excuses(each, first, second))) continue;
      const text = `${first.process} and ${second.process} load ${first.key} at the same time`;
      yield { rule: 'one load', text, at: second.start };
    }
  }
}

/** Whether nobody waits for the load any more at that moment, though its loader may go on. */
function isOver(load: Load, { ms, tick }: Instant, history: History): boolean {
  const { start, end, abandoned } = load;
  if (end !== undefined && end.tick < tick) return true;
  if (ms - start.ms >= loadTimeoutMs) return true;
  if (abandoned !== undefined && ms - abandoned.ms >= shortestLeaseMs) return true;
  const left = givenUp(load, history);
  return left !== undefined && left.tick < tick;
}

/**
 * When the last who waited for a load left: that ends it, though hooks may let it begin a moment later. Who gets what
 * another load brought, or its error, did not wait for it.
 */
function givenUp({ id, key, process, start }: Load, { reads }: History): Instant | undefined {
  const callers = reads.filter(
    (read) =>
      read.key === key &&
      read.process === process &&
      (read.load ?? read.erredLoad ?? id) === id &&
      (read.end === undefined || read.end.ms >= start.ms - aroundMs),
  );
  const isLast = ({ tick }: Instant): boolean =>
    !callers.some(
      (read) => read.start.tick < Math.max(tick, start.tick) && (read.end?.tick ?? Infinity) > tick,
    );
  return callers.find(({ error, end }) => error === 'AbortError' && isLast(end!))?.end;
}

/** Whether the process began the load for a caller that had waited for another one for as long as anybody does. */
function hasWaited({ key, process, start }: Load, { reads }: History): boolean {
  return reads.some(
    (read) =>
      read.key === key &&
      read.process === process &&
      start.ms - read.start.ms >= waitMs &&
      (read.end === undefined || read.end.tick > start.tick),
  );
}

interface Disturbance {
  readonly start: Instant;
  readonly end?: Instant;
  readonly covers: Coverage;
}

function excuses({ start, end, covers: coverage }: Disturbance, one: Load, other: Load): boolean {
  if (!covers(coverage, one) && !covers(coverage, other) && coverage.tags.length === 0)
    return false;
  const over = (end?.ms ?? Number.POSITIVE_INFINITY) + aroundMs;
  return over >= one.start.ms && start.ms - aroundMs <= other.start.ms;
}
