import type { Deed, SmallCase } from './play-case.ts';
import type { Action } from './plan.ts';

const actions: readonly Action[] = [
  { kind: 'getOrSet', key: 'a', loadMs: 1 },
  { kind: 'invalidate', keys: ['a'] },
  { kind: 'invalidate', tags: ['t0'] },
  { kind: 'invalidate', tags: ['t0'], mode: 'strict' },
  { kind: 'set', key: 'a' },
  { kind: 'mutate', keys: ['a'], takesMs: 1 },
  { kind: 'expire', keys: ['a'] },
];

const common: readonly Deed[] = [
  { fault: 'failover' },
  { fault: 'flush log' },
  { fault: 'flush store' },
  { fault: 'silence' },
];

function deedsOf(process: number): Deed[] {
  return actions.map((action) => ({ process, action }));
}

const anyDeed: readonly Deed[] = [
  ...deedsOf(0),
  ...deedsOf(1),
  { process: 0, fault: 'partition' },
  { process: 1, fault: 'partition' },
  ...common,
];

/**
 * Every pair, or triple, of deeds in two processes that share one key, with the key cached before and not. The
 * first is one of process 0's: the processes are alike.
 */
export function smallCases(size: 2 | 3): SmallCase[] {
  const pairs = deedsOf(0).flatMap((first) => anyDeed.map((second) => [first, second]));
  const all =
    size === 2 ? pairs : pairs.flatMap((pair) => anyDeed.map((third) => [...pair, third]));
  const cases = all.filter((deeds) => !failsTwice(deeds));
  return [false, true].flatMap((isWarm) => cases.map((deeds) => ({ deeds, isWarm })));
}

/**
 * What is promised when the log loses its newest entries assumes that those who know them can say so: nothing
 * else is in their way.
 */
function failsTwice(deeds: readonly Deed[]): boolean {
  const faults = deeds.flatMap((deed) => ('fault' in deed ? [deed.fault] : []));
  return (
    faults.includes('failover') && (faults.includes('partition') || faults.includes('silence'))
  );
}
