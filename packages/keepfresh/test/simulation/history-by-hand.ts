import {
  emptyHistory,
  type History,
  type Instant,
  type Invalidation,
  type Load,
  type Read,
} from './history.ts';
import { check } from './history-checker.ts';

/** A moment of a history by hand: one tick for each millisecond. */
export const at = (ms: number): Instant => ({ ms, tick: ms });

/** A load of `k` by process A, from `start` to `end`. */
export function load(id: number, start: number, end: number, more: Partial<Load> = {}): Load {
  return {
    id,
    key: 'k',
    process: 'A',
    start: at(start),
    end: at(end),
    result: 'loaded',
    tags: [],
    parts: [],
    bySet: false,
    ...more,
  };
}

/** A read of `k` that gave the value of a load, a millisecond after it began. */
export function read(
  process: string,
  start: number,
  loaded: number,
  more: Partial<Read> = {},
): Read {
  return {
    process,
    call: 'getOrSet',
    key: 'k',
    fresh: false,
    maxLagMs: 1_000,
    boundMs: 5_000,
    start: at(start),
    end: at(start + 1),
    outcome: 'value',
    load: loaded,
    valueKey: 'k',
    ...more,
  };
}

/** An invalidation of `k` by process A that was applied. */
export function invalidation(
  start: number,
  end: number,
  more: Partial<Invalidation> = {},
): Invalidation {
  return {
    process: 'A',
    call: 'invalidate',
    covers: { keys: ['k'], tags: [], patterns: [], everything: false },
    strict: false,
    settleMs: 0,
    start: at(start),
    end: at(end),
    status: 'applied',
    ...more,
  };
}

/** The rules that a history breaks, once for each time. */
export function brokenRules(parts: Partial<History>): string[] {
  return check({ ...emptyHistory(), ...parts }).map(({ rule }) => rule);
}
