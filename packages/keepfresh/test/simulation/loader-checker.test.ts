import { describe, expect, it } from 'vitest';
import { at, brokenRules, invalidation, load, read } from './history-by-hand.ts';
import type { History, Load, Read } from './history.ts';
import { loadTimeoutMs, timeouts, waitMs } from './limits.ts';

function rules(parts: Partial<History>): string[] {
  return brokenRules({ calm: true, ...parts });
}

/** A load of A from 100 on, and one of B. */
function two(end: number, secondStart: number, first: Partial<Load> = {}): Load[] {
  const second = load(1, secondStart, secondStart + 50, { process: 'B' });
  return [load(0, 100, end, first), second];
}

/** A caller of B that gets what it loads at last. */
function caller(start: number, end: number): Read {
  return read('B', start, 1, { end: at(end), boundMs: 60_000 });
}

function leaving(process: string, start: number, end: number): Read {
  const left: Read = { ...read(process, start, 0), end: at(end), outcome: 'error' };
  delete left.load;
  return { ...left, error: 'AbortError' };
}

describe('the checker of loaders', () => {
  it('sees two loaders at once where nothing excuses them', () => {
    expect(rules({ loads: two(150, 149) })).toEqual(['one load']);
    expect(rules({ loads: two(150, 149), calm: false })).toEqual([]);
    expect(rules({ loads: two(150, 151) })).toEqual([]);
    expect(rules({ loads: two(150, 149, { key: 'other' }) })).toEqual([]);
  });

  it('takes an invalidation as an excuse for as long as it may be on its way', () => {
    const loads = two(900, 500);
    expect(rules({ loads, invalidations: [invalidation(450, 460)] })).toEqual([]);
    expect(rules({ loads, invalidations: [invalidation(599, 601)] })).toEqual([]);
    expect(rules({ loads, invalidations: [invalidation(601, 602)] })).toEqual(['one load']);
    const late = [load(0, 600, 900), load(1, 650, 700, { process: 'B' })];
    expect(rules({ loads: late, invalidations: [invalidation(450, 500)] })).toEqual([]);
    expect(rules({ loads: late, invalidations: [invalidation(450, 499)] })).toEqual(['one load']);
  });

  it('lets whoever has waited for as long as anybody waits load as well, and nobody before', () => {
    const start = 120 + waitMs;
    const loads = two(start + 500, start);
    expect(rules({ loads, reads: [caller(120, start + 50)] })).toEqual([]);
    expect(rules({ loads, reads: [caller(121, start + 50)] })).toEqual(['one load']);
    expect(rules({ loads, reads: [caller(120, start - 1)] })).toEqual(['one load']);
    expect(rules({ loads, reads: [{ ...caller(120, start + 50), process: 'C' }] })).toEqual([
      'one load',
    ]);
    // It has no lease, which nobody has to respect.
    const third = load(2, start + 20, start + 30, { process: 'C' });
    const waited = [caller(120, start + 50)];
    expect(rules({ loads: [loads[1]!, third], reads: waited })).toEqual([]);
  });

  it('counts a load as over when its process has died and its lease has run out', () => {
    const dead = (secondStart: number): Load[] => {
      const [first, second] = two(200, secondStart, { result: 'abandoned', abandoned: at(200) });
      const { end: _, ...unended } = first!;
      return [unended, second!];
    };
    expect(rules({ loads: dead(200 + timeouts.lease) })).toEqual([]);
    expect(rules({ loads: dead(200 + timeouts.lease / 2) })).toEqual(['one load']);
  });

  it('counts a load as over when it takes longer than it may, though its loader goes on', () => {
    expect(rules({ loads: two(9_000, 100 + loadTimeoutMs) })).toEqual([]);
    expect(rules({ loads: two(9_000, 99 + loadTimeoutMs) })).toEqual(['one load']);
  });

  it('counts a load as over when all who waited for it have left, and not before', () => {
    const loads = two(900, 500);
    const left = leaving('A', 90, 400);
    expect(rules({ loads, reads: [left] })).toEqual([]);
    expect(rules({ loads, reads: [leaving('C', 90, 400)] })).toEqual(['one load']);
    expect(rules({ loads, reads: [leaving('A', 90, 501)] })).toEqual(['one load']);
    const stays = read('A', 90, 0, { end: at(901) });
    expect(rules({ loads, reads: [left, stays] })).toEqual(['one load']);
    expect(rules({ loads, reads: [left, leaving('A', 95, 450)] })).toEqual([]);
    // Hooks let a load begin for which nobody waits any more.
    expect(rules({ loads, reads: [leaving('B', 90, 450)] })).toEqual([]);
    expect(rules({ loads, reads: [leaving('B', 90, 399)] })).toEqual(['one load']);
    // Who gets what another load brought did not wait for it.
    const other = read('A', 300, 1, { end: at(700) });
    expect(rules({ loads, reads: [left, other] })).toEqual([]);
    const failed: Read = { ...other, outcome: 'error', error: 'down', erredLoad: 1 };
    delete failed.load;
    expect(rules({ loads, reads: [left, failed] })).toEqual([]);
    expect(rules({ loads, reads: [left, { ...failed, erredLoad: 0 }] })).toEqual(['one load']);
  });
});
