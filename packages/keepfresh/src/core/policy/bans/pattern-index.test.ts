import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Glob } from '../glob.ts';
import { BanMark } from './ban-mark.ts';
import { PatternIndex } from './pattern-index.ts';

const roomy = { maxPatterns: 1_000, maxGlobs: 1_000 };

function indexOf(patterns: readonly string[], limits = roomy, everything = new BanMark()) {
  const index = new PatternIndex(limits, everything);
  for (const [at, pattern] of patterns.entries())
    index.add(pattern, { seq: at + 1, position: at + 1 });
  return index;
}

const segment = fc.constantFrom('a', 'b', '', '*', '*', 'é');
const segmented = fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(':'));
const loose = fc.string({ unit: fc.constantFrom(...'ab::**?\\[]'), minLength: 1, maxLength: 6 });
const patternText = fc.oneof(segmented, loose).filter((text) => text !== '');
const key = fc
  .array(fc.constantFrom('a', 'b', '', 'é', 'ab'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(':'));

describe('PatternIndex', () => {
  test('answers as the globs themselves, whatever their form', { tags: ['thorough'] }, () => {
    fc.assert(
      fc.property(
        fc.array(patternText, { maxLength: 8 }),
        key,
        fc.nat(8),
        (patterns, name, since) => {
          const index = indexOf(patterns);
          const expected = patterns.some(
            (text, at) => at + 1 > since && new Glob(text).matches(name),
          );
          expect(index.covers(name, 'seq', since)).toBe(expected);
          expect(index.covers(name, 'position', since)).toBe(expected);
          expect([...index.problems()]).toEqual([]);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test('answers as the globs where a star has very many ways to fall', () => {
    const wild = `${'*:'.repeat(8)}x:${'*:'.repeat(8)}y`;
    const long = fc
      .array(fc.constantFrom('x', 'y', 'z'), { minLength: 18, maxLength: 40 })
      .map((parts) => parts.join(':'));
    fc.assert(
      fc.property(long, (name) => {
        expect(indexOf([wild]).covers(name, 'seq', 0)).toBe(new Glob(wild).matches(name));
      }),
    );
  });

  test('tests no pattern that it can look up', () => {
    const index = indexOf(['user:42:*', '*:stats', 'search:*:7:*', 'user:42', '*']);
    index.covers('search:a:7:stats', 'seq', 0);
    expect(index.tests).toBe(0);
    expect(index.globs).toBe(0);
  });

  test('tests other patterns only when they were banned since', () => {
    const index = indexOf(['a?', 'b?', 'c?']);
    expect(index.covers('xx', 'seq', 2)).toBe(false);
    expect(index.tests).toBe(1);
    expect(index.covers('c1', 'seq', 3)).toBe(false);
    expect(index.tests).toBe(1);
  });

  test('finds a pattern that was banned again after others', () => {
    const index = indexOf(['a?', 'b?', 'a?']);
    expect(index.covers('a1', 'seq', 2)).toBe(true);
    expect(index.covers('b1', 'seq', 2)).toBe(false);
  });

  test('keeps one ban of a pattern, however it is written', () => {
    const index = indexOf(['user:*', 'user:**', 'use\\r:*', 'a?', 'a?']);
    expect(index.size).toBe(2);
  });

  test('widens the oldest prefixes to the segment before, and keeps the others exact', () => {
    const limits = { maxPatterns: 4, maxGlobs: 1 };
    const index = indexOf(['user:1:*', 'user:2:*', 'org:1:*', 'org:2:*', 'org:3:*'], limits);
    expect(index.size).toBe(4);
    expect(index.widened).toBe(2);
    expect(index.covers('user:9:x', 'seq', 1)).toBe(true);
    expect(index.covers('user:9:x', 'seq', 2)).toBe(false);
    expect(index.covers('org:9:x', 'seq', 0)).toBe(false);
    expect([...index.problems()]).toEqual([]);
  });

  test('widens a pattern that begins with a star to everything', () => {
    const everything = new BanMark();
    indexOf(['*:x', '*:y', 'a:*:z'], { maxPatterns: 2, maxGlobs: 1 }, everything);
    expect(everything.seq).toBe(1);
    expect(everything.position).toBe(1);
  });

  test('widens a glob to the segments before its first special character', () => {
    const everything = new BanMark();
    const index = indexOf(['user:4?:*', 'user:5?:*'], { maxPatterns: 9, maxGlobs: 1 }, everything);
    expect(index.globs).toBe(1);
    expect(everything.seq).toBe(0);
    expect(index.covers('user:1', 'seq', 0)).toBe(true);
    expect(index.covers('user:1', 'seq', 1)).toBe(false);
    expect(index.covers('userx', 'seq', 0)).toBe(false);
  });
});
