import { covers } from './coverage.ts';
import type { Coverage, History, Instant, Invalidation, Load, Read } from './history.ts';
import type { Violation } from './history-checker.ts';

/** For so long after its end a disturbance may still be heard of. */
const afterMs = 100;

/**
 * A value that is written to the source as well is served by nobody before the source has it, but by the process that
 * writes it behind, and never if that is not known. In a history without faults, a value that was set or written and that
 * nothing has touched since is there: whoever asks for the key finds something, and loads nothing.
 */
export function* checkSets(history: History): Generator<Violation> {
  yield* checkSources(history);
  yield* checkBehind(history);
  if (!history.calm) return;
  for (const set of history.invalidations) {
    if (set.except === undefined || set.status !== 'applied') continue;
    const value = history.loads[set.except!]!;
    for (const read of history.reads) {
      if (!asksFor(read, value, set.end!) || !isMiss(read, history)) continue;
      if (isLoadOfBefore(read, set, history)) continue;
      if (isDisturbed(set, value, read.end!, history)) continue;
      const text = `${read.process} does not find load ${value.id} of ${value.key}, which ${set.process} had set`;
      yield { rule: 'set', text, at: read.end! };
    }
  }
}

function* checkSources({ reads, loads }: History): Generator<Violation> {
  for (const { process, key, load, end } of reads) {
    if (load === undefined || !loads[load]!.bySet) continue;
    const { result, end: written, behind, process: writer } = loads[load]!;
    if (behind === true && writer === process) continue;
    if (result === 'loaded' && written!.tick < end!.tick) continue;
    const text = `${process} got load ${load} of ${key}, which the source did not have`;
    yield { rule: 'set', text, at: end! };
  }
}

/** What a process has written behind it reads itself, or something newer, until the source has it. */
function* checkBehind({ reads, loads }: History): Generator<Violation> {
  const written = loads.filter(({ behind }) => behind === true);
  for (const [n, { id, key, process, start, end: own }] of written.entries()) {
    const next = written.slice(n + 1).find((each) => each.key === key && each.process === process);
    const end = next === undefined || (own?.tick ?? 0) < next.start.tick ? own : next.start;
    for (const read of reads) {
      if (read.load === undefined || read.key !== key || read.process !== process) continue;
      if (read.start.tick < start.tick || end === undefined) continue;
      if (read.end!.tick > end.tick) continue;
      const got = loads[read.load]!;
      const isKept = !got.bySet && got.end !== undefined && got.end.tick < read.start.tick;
      if (got.start.tick >= start.tick && !isKept) continue;
      const text = `${process} got load ${read.load} of ${key}, though it has written load ${id} behind`;
      yield { rule: 'set', text, at: read.end! };
    }
  }
}

function asksFor({ call, key, start, end }: Read, value: Load, setEnd: Instant): boolean {
  const looks = call === 'get' || call === 'getOrSet';
  return looks && key === value.key && end !== undefined && start.tick > setEnd.tick;
}

function isMiss({ outcome, load, start }: Read, { loads }: History): boolean {
  if (load === undefined) return outcome === 'none';
  const { bySet, start: began } = loads[load]!;
  return !bySet && began.tick > start.tick;
}

/** Whether the load had been decided on before the set ended: hooks may let it begin later. */
function isLoadOfBefore(
  { load, process, key }: Read,
  set: Invalidation,
  { reads }: History,
): boolean {
  return reads.some(
    (each) =>
      each.process === process &&
      each.key === key &&
      load !== undefined &&
      each.load === load &&
      each.start.tick < set.end!.tick,
  );
}

/** Whether something else may have removed or replaced the value, or been removed by it, until `until`. */
function isDisturbed(
  set: Invalidation,
  value: Load,
  until: Instant,
  { invalidations, mutations, reads }: History,
): boolean {
  // Who asks for what is current, or for a refresh, loads in place of what is there.
  const replacing = reads.filter(
    ({ call, key, fresh }) => key === value.key && (call === 'refresh' || fresh),
  );
  if (replacing.some(({ end }) => end === undefined || end.tick > set.start.tick)) return true;
  // A value that is written through is dated before its source is asked.
  const own = mutations.find(({ writes }) => writes === set.except);
  const { ms: since } = (own ?? set).start;
  const touches = (each: { covers: Coverage; start: Instant; end?: Instant }): boolean => {
    const over = (each.end?.ms ?? Number.POSITIVE_INFINITY) + afterMs;
    return covers(each.covers, value) && each.start.tick < until.tick && over >= since;
  };
  const others = mutations.filter((each) => each !== own);
  return invalidations.some((each) => each !== set && touches(each)) || others.some(touches);
}
