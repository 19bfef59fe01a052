import { failureMs } from '../../src/core/ports/store.ts';
import { covers, outdates, outdatesPart } from './coverage.ts';
import { rememberedErrors, wrongWith } from './error-checker.ts';
import type { History, Instant, Invalidation, Load, Read } from './history.ts';
import { loadTimeoutMs, longestPauseMs } from './limits.ts';
import { checkLoaders } from './loader-checker.ts';
import { checkSets } from './set-checker.ts';
import { wasJoined } from './was-joined.ts';

/** Which promise was broken, in the words of the documentation's list of promises, and what goes without saying. */
export type Rule =
  | 'fence'
  | 'own process'
  | 'bounded'
  | 'strict'
  | 'one load'
  | 'answer in time'
  | 'no loss'
  | 'fresh'
  | 'expire'
  | 'settle'
  | 'mutations'
  | 'set'
  | 'mixed values'
  | 'errors'
  | 'fault';

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  /** When it showed. */
  readonly at: Instant;
}

/**
 * What a history breaks of what is promised. No search is needed: each value names the load that brought it,
 * and all moments are of one clock. A read breaks a promise if what it returned was loaded before an
 * invalidation that covers it began, and that invalidation had to be in force for this read already.
 */
export function check(history: History): Violation[] {
  return [
    ...checkFence(history),
    ...checkReads(history),
    ...checkErrors(history),
    ...checkMutations(history),
    ...checkAnswers(history),
    ...checkLoaders(history),
    ...checkSets(history),
    ...history.faults.map((text): Violation => ({ rule: 'fault', text, at: never })),
  ];
}

const never: Instant = { ms: Number.POSITIVE_INFINITY, tick: Number.POSITIVE_INFINITY };

/** After an invalidation was executed in the store, no load that began before is stored there. */
function* checkFence({ fills, erasures, rollbacks, loads }: History): Generator<Violation> {
  for (const { at, key, load } of fills) {
    const { start } = loads[load]!;
    const undone = ({ tick }: Instant): boolean =>
      rollbacks.some(
        (each) => each.image.tick < tick && tick < each.at.tick && each.at.tick < at.tick,
      );
    const erasure = erasures.find(
      (each) =>
        each.key === key &&
        each.leaseStays !== true &&
        start.tick < each.at.tick &&
        each.at.tick < at.tick &&
        !undone(each.at),
    );
    if (erasure === undefined) continue;
    const text = `load ${load} of ${key} was stored, but the key was removed since it began`;
    yield { rule: 'fence', text, at };
  }
}

function* checkReads(history: History): Generator<Violation> {
  for (const read of history.reads) {
    if (read.load === undefined || read.end === undefined) continue;
    const load = loadedBy(read, history);
    if (read.key !== load.key || read.valueKey !== load.key) {
      const text = `${read.process} asked for ${read.key} and got ${load.key}`;
      yield { rule: 'mixed values', text, at: read.end };
    }
    for (const invalidation of history.invalidations) {
      const rule = brokenBy(read, load, invalidation, history);
      if (rule === undefined) continue;
      yield { rule, text: tell(read, load, invalidation), at: read.end };
    }
  }
}

/** An error that is given again is judged like a value: what was expired, too, nobody has tried to load since. */
function* checkErrors(history: History): Generator<Violation> {
  for (const remembered of rememberedErrors(history)) {
    const { read, load } = remembered;
    const wrong = wrongWith(remembered, history);
    if (wrong !== undefined) {
      const text = `${read.process} got the error of load ${load.id} for ${read.key}, which ${wrong}`;
      yield { rule: 'errors', text, at: read.end! };
    }
    for (const each of history.invalidations) {
      const invalidation = each.call === 'expire' ? { ...each, call: 'invalidate' as const } : each;
      const rule = brokenBy(read, load, invalidation, history);
      if (rule === undefined) continue;
      yield { rule, text: `the error: ${tell(read, load, invalidation)}`, at: read.end! };
    }
  }
}

/** The load that brought what a read returned; where its process has adopted it, as of then, and as of one piece. */
function loadedBy(
  { process, load: id, end }: Pick<Read, 'process' | 'load' | 'end'>,
  { loads, adoptions }: History,
): Load {
  const load = loads[id!]!;
  const adopted = adoptions.findLast(
    (each) => each.process === process && each.at.tick < end!.tick && each.loads.includes(load.id),
  );
  return adopted === undefined ? load : { ...load, start: adopted.at, parts: [] };
}

/** What a load built its value from, as its process had that. */
function partsOf({ process, parts, end }: Load, history: History): Load[] {
  return parts.map((load) => loadedBy({ process, load, ...(end && { end }) }, history));
}

/** Which promise it breaks that `read` returned `load` in spite of `invalidation`. */
function brokenBy(
  read: Read,
  load: Load,
  invalidation: Invalidation,
  history: History,
): Rule | undefined {
  const { start, end, status, call } = invalidation;
  if (status === 'error' || status === 'refused') return undefined;
  if (start.tick > read.start.tick) return undefined;
  if (call === 'expire') return brokenByExpiry(read, load, invalidation, history);
  if (!outdates(invalidation, load)) {
    if (isOfBefore(load, invalidation, history))
      return brokenBySource(read, load, invalidation, history);
    return outdatesPart(invalidation, load, partsOf(load, history))
      ? brokenByPart(read, invalidation)
      : undefined;
  }
  // What a mutation covers is invalidated by its process when the function has ended, not at the commit; what a
  // versioned value replaces, when the store has said that it is the newest.
  const { versioned = false, waits = false } = invalidation;
  const isLater = call === 'mutate' || call === 'write' || versioned || waits;
  const undecided = isLater && (end === undefined || read.start.tick < end.tick);
  if (read.process === invalidation.process && !undecided) return 'own process';
  if (status === 'placed') return isOver(invalidation.placed!, read) ? 'no loss' : undefined;
  if (status !== 'applied' || end!.tick > read.start.tick) return undefined;
  if (invalidation.strict && !isUnheard(read, end!, history)) return 'strict';
  if (read.fresh) return 'fresh';
  return isOver(end!, read) ? 'bounded' : undefined;
}

/**
 * What a value was built from is as old as it was when it was built: a process that is cut off may use both
 * for H, so the bound is H longer.
 */
function brokenByPart(read: Read, { end, placed, status, strict }: Invalidation): Rule | undefined {
  if (status === 'placed') return isOver(placed!, read, 2) ? 'no loss' : undefined;
  if (status !== 'applied') return undefined;
  if (strict) return isOver(end!, read) ? 'strict' : undefined;
  return isOver(end!, read, 2) ? 'bounded' : undefined;
}

/** Whether the load began after the invalidation, and yet brought what was in the source before it. */
function isOfBefore(
  load: Load,
  { start, settleMs, covers: coverage }: Invalidation,
  { sourceLagMs }: History,
): boolean {
  if (settleMs === 0 || load.bySet || !covers(coverage, load)) return false;
  return load.start.ms - sourceLagMs < start.ms;
}

/** What a source that lags behind gave is returned to those who waited for it, and kept nowhere. */
function brokenBySource(
  read: Read,
  load: Load,
  { end, status }: Invalidation,
  { sourceLagMs, reads }: History,
): Rule | undefined {
  if (status !== 'applied' || load.end === undefined || load.end.tick > read.start.tick)
    return undefined;
  // Hooks may hold back what was loaded from all who wait for it.
  const isWaitedFor = reads.some(
    (each) =>
      each.process === read.process &&
      each.load === load.id &&
      each.start.tick < load.end!.tick &&
      each.end!.tick > read.start.tick,
  );
  if (isWaitedFor) return undefined;
  return read.start.ms - end!.ms > read.maxLagMs + sourceLagMs ? 'settle' : undefined;
}

/** Whether the log had not answered the reading process when the invalidation had resolved: then the bound is H. */
function isUnheard({ process }: Read, { ms, tick }: Instant, { silences }: History): boolean {
  return silences.some(
    ({ process: silent, fromMs, until }) =>
      silent === process && fromMs <= ms && (until === undefined || until.tick > tick),
  );
}

/** Whether more than H of the reading process, or a multiple of it, has passed. */
function isOver(end: Instant, read: Read, times = 1): boolean {
  return read.start.ms - end.ms > times * read.maxLagMs;
}

/**
 * An expired value is only returned where the load that should replace it failed: at once in the process that
 * expired it, and elsewhere when H has passed. Nobody joins a load that began before.
 */
function brokenByExpiry(
  read: Read,
  load: Load,
  { covers: coverage, process, start, end, placed, status }: Invalidation,
  { loads }: History,
): Rule | undefined {
  if (!covers(coverage, load) || load.start.tick > start.tick) return undefined;
  if (read.process !== process) {
    const inForce = status === 'applied' ? end : placed;
    if (inForce === undefined || !isOver(inForce, read)) return undefined;
  }
  // Its process may leave the source alone for a while.
  const mayPause = (each: Load): boolean =>
    each.process === read.process &&
    each.start.tick > start.tick &&
    each.end!.ms + longestPauseMs > read.start.ms;
  const failed = loads.some(
    (each) =>
      each.key === read.key &&
      hasFailed(each) &&
      // Who waited for it learns of it for a while, and may be joined meanwhile.
      (each.end === undefined || each.end.ms + failureMs > read.start.ms || mayPause(each)),
  );
  return failed ? undefined : 'expire';
}

/** A loader that took longer than it may has failed, though it went on. */
function hasFailed({ result, start, end }: Load): boolean {
  const isDone = result === 'loaded' || result === 'confirmed';
  return !isDone || end!.ms - start.ms > loadTimeoutMs;
}

/**
 * A process that ends between its commit and its invalidation leaves nothing old behind: what was loaded or set
 * before the commit is not kept, so no read gets it that begins when the load is over and H has passed.
 */
function* checkMutations(history: History): Generator<Violation> {
  for (const { process, covers: coverage, commit, outcome } of history.mutations) {
    if (commit === undefined || outcome !== 'died') continue;
    for (const read of history.reads) {
      if (read.load === undefined || read.start.ms - commit.ms <= read.maxLagMs) continue;
      const load = loadedBy(read, history);
      if (load.start.tick > commit.tick || !covers(coverage, load)) continue;
      if (load.end === undefined || load.end.tick > read.start.tick) continue;
      if (wasJoined(load, read, history)) continue;
      const text = `${read.process} got load ${load.id} of ${load.key}, from before the commit of ${process}, which died`;
      yield { rule: 'mutations', text, at: read.end! };
    }
  }
}

/** Every call is answered in its time, unless its process ends or is stopped. */
function* checkAnswers({ reads, invalidations }: History): Generator<Violation> {
  for (const read of reads) {
    const { outcome, start, end, boundMs } = read;
    const late = end !== undefined && end.ms - start.ms > boundMs;
    if (outcome !== 'pending' && !late) continue;
    const text = `${read.call} ${read.key} of ${read.process} was not answered in ${boundMs} ms`;
    yield { rule: 'answer in time', text, at: end ?? start };
  }
  for (const { process, call, status, start, error } of invalidations) {
    if (status === 'calling') {
      yield { rule: 'answer in time', text: `${call} of ${process} was not answered`, at: start };
    }
    if (status === 'error') {
      yield { rule: 'fault', text: `${call} of ${process} rejected with ${error}`, at: start };
    }
  }
}

function tell(read: Read, load: Load, invalidation: Invalidation): string {
  return (
    `${read.process} got load ${load.id} of ${load.key} (begun at ${load.start.ms} by ${load.process}) ` +
    `from ${read.call} at ${read.start.ms}, after ${invalidation.call} of ${invalidation.process} ` +
    `at ${invalidation.start.ms}, in force at ${invalidation.end?.ms ?? '?'}`
  );
}
