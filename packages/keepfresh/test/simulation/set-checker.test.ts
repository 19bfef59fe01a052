import { describe, expect, it } from 'vitest';
import { at, brokenRules, invalidation, load, read } from './history-by-hand.ts';
import type { History, Read } from './history.ts';

describe('the checker of values that are set', () => {
  it('does not hold a set against its own value', () => {
    const set = [invalidation(200, 210, { call: 'set', except: 0 })];
    const written = [load(0, 199, 199, { bySet: true })];
    expect(
      brokenRules({ loads: written, invalidations: set, reads: [read('B', 5_000, 0)] }),
    ).toEqual([]);
    expect(
      brokenRules({
        loads: [load(0, 100, 150)],
        invalidations: [invalidation(200, 210, { call: 'set', except: 1 })],
        reads: [read('B', 5_000, 0)],
      }),
    ).toEqual(['bounded']);
  });

  it('sees that a value which was set is not there, where nothing disturbed it', () => {
    const set = invalidation(200, 210, { call: 'set', except: 0 });
    const written = [load(0, 199, 199, { bySet: true }), load(1, 301, 310)];
    const rules = (parts: Partial<History>): string[] =>
      brokenRules({ calm: true, loads: written, invalidations: [set], ...parts });
    const none: Read = { ...read('B', 300, 0), call: 'get', outcome: 'none' };
    delete none.load;
    const loaded = read('B', 300, 1, { end: at(311) });
    expect(rules({ reads: [none] })).toEqual(['set']);
    expect(rules({ reads: [loaded] })).toEqual(['set']);
    expect(rules({ reads: [read('B', 300, 0)] })).toEqual([]);
    expect(rules({ reads: [none], calm: false })).toEqual([]);
    expect(rules({ reads: [none], invalidations: [set, invalidation(250, 260)] })).toEqual([]);
    const refresh = read('B', 299, 1, { call: 'refresh', end: at(310) });
    expect(rules({ reads: [loaded, refresh] })).toEqual([]);
  });

  it('expects it after what was heard of before, and not after what covered it', () => {
    const set = invalidation(400, 410, { call: 'set', except: 0 });
    const written = [load(0, 399, 399, { bySet: true })];
    const none: Read = { ...read('B', 500, 0), call: 'get', outcome: 'none' };
    delete none.load;
    const rules = (before: number, more: Partial<History> = {}): string[] =>
      brokenRules({
        ...{ calm: true, loads: written, reads: [none] },
        invalidations: [invalidation(before, before + 1), set],
        ...more,
      });
    expect(rules(298)).toEqual(['set']);
    expect(rules(299)).toEqual([]);
    // Of a value that is written through everything counts since its source was to be asked.
    const { covers } = set;
    const own = { process: 'A', writes: 0, covers, start: at(150), outcome: 'committed' as const };
    expect(rules(298, { mutations: [own] })).toEqual([]);
    expect(rules(48, { mutations: [own] })).toEqual(['set']);
  });
});
