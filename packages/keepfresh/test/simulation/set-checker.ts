import { covers } from './coverage.ts';
import type { Coverage, History, Instant, Invalidation, Load, Read } from './history.ts';
import type { Violation } from './history-checker.ts';

/** For so long after its end a disturbance may still be heard of, and what was stored meanwhile be taken out. */
const afterMs = 1_700;

/**
 * A value that is written to the source as well is served by nobody before the source has it, and never if that
 * is not known. In a history without faults, a value that was set or written and that nothing has touched since is
 * there: whoever asks for the key finds something, and loads nothing.
 */
export function* checkSets(history: History): Generator<Violation> {
  yield* checkSources(history);
  if (!history.calm) return;
  for (const set of history.invalidations) {
    if (set.except === undefined || set.status !== 'applied') continue;
    const value = history.loads[set.except!]!;
    for (const read of history.reads) {
      if (!asksFor(read, value, set.end!) || !isMiss(read, history)) continue;
      if (isDisturbed(set, value, read.end!, history)) continue;
      const text = `${read.process} does not find load ${value.id} of ${value.key}, which ${set.process} had set`;
      yield { rule: 'set', text, at: read.end! };
    }
  }
}

function* checkSources({ reads, loads }: History): Generator<Violation> {
  for (const { process, key, load, end } of reads) {
    if (load === undefined || !loads[load]!.bySet) continue;
    const { result, end: written } = loads[load]!;
    if (result === 'loaded' && written!.tick < end!.tick) continue;
    const text = `${process} got load ${load} of ${key}, which the source did not have`;
    yield { rule: 'set', text, at: end! };
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
  const touches = (each: { covers: Coverage; start: Instant; end?: Instant }): boolean => {
    const over = (each.end?.ms ?? Number.POSITIVE_INFINITY) + afterMs;
    return covers(each.covers, value) && each.start.tick < until.tick && over >= set.start.ms;
  };
  const others = mutations.filter(({ writes }) => writes !== set.except);
  return invalidations.some((each) => each !== set && touches(each)) || others.some(touches);
}
