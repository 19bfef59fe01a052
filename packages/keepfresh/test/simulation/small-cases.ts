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

/** What else can be asked for: other ways to what the above do. */
const others: readonly Action[] = [
  { kind: 'getOrSet', key: 'a', loadMs: 1, fresh: true },
  { kind: 'refresh', key: 'a', loadMs: 1 },
  { kind: 'invalidate', pattern: 'a*' },
  { kind: 'invalidate', everything: true },
  { kind: 'invalidate', keys: ['a'], mode: 'strict' },
  { kind: 'set', key: 'a', versioned: true },
  { kind: 'write', key: 'a', takesMs: 1 },
  { kind: 'mutate', tags: ['t0'], takesMs: 1 },
  { kind: 'expire', tags: ['t0'] },
];

const common: readonly Deed[] = [
  { process: 0, fault: 'partition' },
  { process: 1, fault: 'partition' },
  { fault: 'failover' },
  { fault: 'flush log' },
  { fault: 'flush store' },
  { fault: 'silence' },
];

function deedsOf(process: number, asked: readonly Action[]): Deed[] {
  return asked.map((action) => ({ process, action }));
}

/**
 * Every pair, or triple, of deeds in two processes that share one key, with the key cached before and not. The
 * first is one of process 0's: the processes are alike. With `all`, of everything that can be asked for.
 */
export function smallCases(size: 2 | 3, { all = false } = {}): SmallCase[] {
  const asked = all ? [...actions, ...others] : actions;
  const firsts = deedsOf(0, asked);
  const anyDeed = [...firsts, ...deedsOf(1, asked), ...common];
  const pairs = firsts.flatMap((first) => anyDeed.map((second) => [first, second]));
  const cases =
    size === 2 ? pairs : pairs.flatMap((pair) => anyDeed.map((third) => [...pair, third]));
  const possible = cases.filter((deeds) => !failsTwice(deeds));
  return [false, true].flatMap((isWarm) => possible.map((deeds) => ({ deeds, isWarm })));
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
