import { describe, expect, it } from 'vitest';
import { at, brokenRules, invalidation, load, read } from './history-by-hand.ts';
import type { Invalidation } from './history.ts';

const loads = [load(0, 100, 150)];
const invalidations = [invalidation(200, 210)];

describe('the checker of histories', () => {
  it('finds nothing wrong with a value that was loaded after the invalidation', () => {
    const later = [load(0, 205, 250)];
    const reads = [read('A', 260, 0), read('B', 5_000, 0)];
    expect(brokenRules({ loads: later, invalidations, reads })).toEqual([]);
  });

  it('sees an old value in the process that invalidated it', () => {
    expect(brokenRules({ loads, invalidations, reads: [read('A', 201, 0)] })).toEqual([
      'own process',
    ]);
  });

  it('allows an old value to another process for H after the invalidation was in force', () => {
    expect(brokenRules({ loads, invalidations, reads: [read('B', 1_210, 0)] })).toEqual([]);
    expect(brokenRules({ loads, invalidations, reads: [read('B', 1_211, 0)] })).toEqual([
      'bounded',
    ]);
  });

  it('goes by the H of the process that reads', () => {
    const reads = [read('B', 411, 0, { maxLagMs: 200 })];
    expect(brokenRules({ loads, invalidations, reads })).toEqual(['bounded']);
  });

  it('allows no old value after a strict invalidation', () => {
    const strict = [invalidation(200, 210, { strict: true })];
    expect(brokenRules({ loads, invalidations: strict, reads: [read('B', 209, 0)] })).toEqual([]);
    expect(brokenRules({ loads, invalidations: strict, reads: [read('B', 211, 0)] })).toEqual([
      'strict',
    ]);
  });

  it('holds a process that the log has not answered to H, also after a strict invalidation', () => {
    const strict = [invalidation(200, 210, { strict: true })];
    const rules = (until?: number): string[] =>
      brokenRules({
        loads,
        invalidations: strict,
        reads: [read('B', 300, 0), read('B', 1_300, 0)],
        silences: [{ process: 'B', fromMs: 0, ...(until !== undefined && { until: at(until) }) }],
      });
    expect(rules()).toEqual(['bounded']);
    expect(rules(250)).toEqual(['bounded']);
    expect(rules(205)).toEqual(['strict', 'strict']);
  });

  it('allows no old value to a fresh read', () => {
    const reads = [read('B', 211, 0, { fresh: true })];
    expect(brokenRules({ loads, invalidations, reads })).toEqual(['fresh']);
  });

  it('asks nothing of others while an invalidation is pending, and everything once it must be placed', () => {
    const pending = [invalidation(200, 210, { status: 'pending' })];
    expect(brokenRules({ loads, invalidations: pending, reads: [read('B', 5_000, 0)] })).toEqual(
      [],
    );
    expect(brokenRules({ loads, invalidations: pending, reads: [read('A', 5_000, 0)] })).toEqual([
      'own process',
    ]);
    const placed = [invalidation(200, 210, { status: 'placed', placed: at(3_000) })];
    expect(brokenRules({ loads, invalidations: placed, reads: [read('B', 4_001, 0)] })).toEqual([
      'no loss',
    ]);
  });

  it('knows what tags, patterns and everything cover', () => {
    const tagged = [load(0, 100, 150, { tags: ['t'] })];
    const nothing = { keys: [], tags: [], patterns: [], everything: false };
    const broken = (covers: Partial<Invalidation['covers']>): string[] =>
      brokenRules({
        loads: tagged,
        invalidations: [invalidation(200, 210, { covers: { ...nothing, ...covers } })],
        reads: [read('B', 5_000, 0)],
      });
    expect(broken({ tags: ['t'] })).toEqual(['bounded']);
    expect(broken({ patterns: ['?'] })).toEqual(['bounded']);
    expect(broken({ everything: true })).toEqual(['bounded']);
    expect(broken({ tags: ['u'], patterns: ['k?'], keys: ['other'] })).toEqual([]);
  });

  it('looks into values that were built from others, as far as they share a tag', () => {
    const tags = ['t'];
    const product = load(0, 100, 110, { key: 'product', tags });
    const page = load(1, 500, 510, { parts: [0], tags });
    const covers = { keys: [], tags, patterns: [], everything: false };
    const old = [invalidation(200, 210, { covers })];
    const pages = (start: number, shared: readonly string[], adopted?: number): string[] =>
      brokenRules({
        loads: [product, { ...page, tags: shared }],
        invalidations: old,
        reads: [read('B', start, 1)],
        ...(adopted !== undefined && {
          adoptions: [{ at: at(adopted), process: 'A', loads: [0] }],
        }),
      });
    expect(pages(2_211, tags)).toEqual(['bounded']);
    expect(pages(2_210, tags)).toEqual([]);
    expect(pages(9_000, [])).toEqual([]);
    // A process that adopts a value counts it as its own load.
    expect(pages(9_000, tags, 300)).toEqual([]);
    expect(pages(9_000, tags, 199)).toEqual(['bounded']);
  });

  it('sees a load that was stored after its key was removed, unless the store forgot that', () => {
    const fills = [{ at: at(300), key: 'k', load: 0 }];
    const erasures = [{ at: at(200), key: 'k' }];
    expect(brokenRules({ loads, fills, erasures })).toEqual(['fence']);
    expect(brokenRules({ loads, fills, erasures: [{ at: at(99), key: 'k' }] })).toEqual([]);
    expect(brokenRules({ loads, fills, erasures: [{ at: at(200), key: 'other' }] })).toEqual([]);
    const rollbacks = [{ at: at(250), image: at(199) }];
    expect(brokenRules({ loads, fills, erasures, rollbacks })).toEqual([]);
  });

  it('sees what an unfinished mutation of a dead process left behind', () => {
    const mutations = [
      {
        process: 'A',
        covers: { keys: ['k'], tags: [], patterns: [], everything: false },
        start: at(50),
        commit: at(200),
        outcome: 'died' as const,
      },
    ];
    expect(brokenRules({ loads, mutations, reads: [read('B', 1_200, 0)] })).toEqual([]);
    expect(brokenRules({ loads, mutations, reads: [read('B', 1_201, 0)] })).toEqual(['mutations']);
    const written = [load(0, 100, 100, { bySet: true })];
    expect(brokenRules({ loads: written, mutations, reads: [read('B', 1_201, 0)] })).toEqual([
      'mutations',
    ]);
  });

  it('lets a read join those who are not answered yet, though their load is over', () => {
    const mutations = [
      {
        process: 'B',
        covers: { keys: ['k'], tags: [], patterns: [], everything: false },
        start: at(50),
        commit: at(200),
        outcome: 'died' as const,
      },
    ];
    const long = [load(0, 100, 1_250)];
    const rules = (answered: number): string[] => {
      const first = read('A', 90, 0, { end: at(answered) });
      return brokenRules({ loads: long, mutations, reads: [first, read('A', 1_260, 0)] });
    };
    expect(rules(1_261)).toEqual([]);
    expect(rules(1_259)).toEqual(['mutations']);
  });

  it('sees a value of a source that lagged behind, if it was kept and the invalidation waited for the source', () => {
    const lagging = { sourceLagMs: 100, loads: [load(0, 250, 260)] };
    const settling = [invalidation(200, 210, { settleMs: 150 })];
    const reads = [read('B', 1_311, 0)];
    expect(brokenRules({ ...lagging, invalidations: settling, reads })).toEqual(['settle']);
    expect(brokenRules({ ...lagging, invalidations, reads })).toEqual([]);
    const early = [read('B', 1_310, 0)];
    expect(brokenRules({ ...lagging, invalidations: settling, reads: early })).toEqual([]);
    const later = { ...lagging, loads: [load(0, 300, 310)] };
    expect(brokenRules({ ...later, invalidations: settling, reads })).toEqual([]);
  });

  it('sees an expired value that is served though no load failed', () => {
    const expiries = [invalidation(200, 210, { call: 'expire' })];
    const reads = [read('B', 1_300, 0)];
    expect(brokenRules({ loads, invalidations: expiries, reads })).toEqual(['expire']);
    const failed = load(1, 1_300, 1_301, { result: 'failed' });
    expect(brokenRules({ loads: [...loads, failed], invalidations: expiries, reads })).toEqual([]);
    expect(brokenRules({ loads, invalidations: expiries, reads: [read('B', 1_210, 0)] })).toEqual(
      [],
    );
    const old = [read('B', 90_000, 0)];
    expect(brokenRules({ loads, invalidations: expiries, reads: old })).toEqual(['expire']);
    const earlier = load(1, 299, 300, { result: 'failed' });
    expect(brokenRules({ loads: [...loads, earlier], invalidations: expiries, reads })).toEqual([
      'expire',
    ]);
    const late = load(1, 1_300, 3_301);
    expect(brokenRules({ loads: [...loads, late], invalidations: expiries, reads })).toEqual([]);
  });

  it('sees an expired value in the process that expired it, a load that it joined included', () => {
    const expiries = [invalidation(200, 210, { call: 'expire' })];
    const running = [load(0, 100, 300)];
    const joined = [read('A', 250, 0, { end: at(300) })];
    expect(brokenRules({ loads: running, invalidations: expiries, reads: joined })).toEqual([
      'expire',
    ]);
  });

  it('goes by the end of the call for a versioned value, and by nothing when it was refused', () => {
    const set = invalidation(200, 210, { call: 'set', except: 1, versioned: true });
    const reads = [read('A', 205, 0)];
    expect(brokenRules({ loads, invalidations: [set], reads })).toEqual([]);
    const late = [read('A', 211, 0)];
    expect(brokenRules({ loads, invalidations: [set], reads: late })).toEqual(['own process']);
    const refused = [{ ...set, status: 'refused' as const }];
    expect(brokenRules({ loads, invalidations: refused, reads: late })).toEqual([]);
  });

  it('sees values of another key, calls without an answer, late answers and unhandled rejections', () => {
    expect(brokenRules({ loads, reads: [read('B', 1, 0, { key: 'other' })] })).toEqual([
      'mixed values',
    ]);
    const unanswered = { ...read('B', 1, 0), outcome: 'pending' as const };
    delete unanswered.end;
    delete unanswered.load;
    expect(brokenRules({ reads: [unanswered] })).toEqual(['answer in time']);
    expect(brokenRules({ loads, reads: [read('B', 1, 0, { end: at(5_002) })] })).toEqual([
      'answer in time',
    ]);
    expect(brokenRules({ faults: ['a rejection was not handled'] })).toEqual(['fault']);
    expect(brokenRules({ invalidations: [invalidation(1, 2, { status: 'calling' })] })).toEqual([
      'answer in time',
    ]);
  });
});
