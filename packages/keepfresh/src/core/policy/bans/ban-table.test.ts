import { describe, expect, test, vi } from 'vitest';
import type { Ban } from '../../ports/log.ts';
import { BanMark } from './ban-mark.ts';
import { BanTable } from './ban-table.ts';

const key = (name: string, rest: { except?: string; soft?: true } = {}) => ({
  kind: 'key' as const,
  key: name,
  ...rest,
});
const tag = (name: string, rest: { soft?: true } = {}) => ({
  kind: 'tag' as const,
  tag: name,
  ...rest,
});
const pattern = (text: string) => ({ kind: 'pattern' as const, pattern: text });
const clear = { kind: 'clear' as const };
const record = (position: number, rest: { token?: string; tags?: string[] } = {}) => ({
  position,
  token: 'T0',
  tags: [],
  ...rest,
});

describe('judging what this process holds', () => {
  test('bans what a newer ban covers, and nothing else', () => {
    const table = new BanTable();
    const org = [table.intern('org:7')];
    table.apply(key('a'), 10);
    table.apply(tag('org:7'), 11);
    table.apply(pattern('user:*'), 12);
    expect(table.seq).toBe(3);
    expect(table.isBannedSince(0, 'a', [])).toBe(true);
    expect(table.isBannedSince(1, 'a', [])).toBe(false);
    expect(table.isBannedSince(1, 'x', org)).toBe(true);
    expect(table.isBannedSince(2, 'x', org)).toBe(false);
    expect(table.isBannedSince(2, 'user:1', [])).toBe(true);
    expect(table.isBannedSince(3, 'user:1', org)).toBe(false);
  });

  test('bans everything at a clear, and at an entry it does not know', () => {
    const table = new BanTable();
    table.apply(clear, 10);
    expect(table.isBannedSince(0, 'a', [])).toBe(true);
    expect(table.isBannedSince(1, 'a', [])).toBe(false);
    table.apply({ kind: 'colour' } as unknown as typeof clear, 11);
    expect(table.isBannedSince(1, 'a', [])).toBe(true);
    expect(table.verdict('a', record(10))).toBe('banned');
    expect(table.verdict('a', record(11))).toBe('valid');
  });

  test.each([
    ['expires', { soft: true as const }],
    ['is banned save a value', { except: 'T1' }],
  ])('remembers a ban that has one place in both orders when its key %s', (_, rest) => {
    const table = new BanTable();
    for (const name of ['x', 'a', 'b']) table.apply(key(name), table.seq + 1);
    table.apply(key('a', rest), 10);
    expect(table.isBannedSince(1, 'a', [], 'T1')).toBe(true);
    expect(table.isBannedSince(2, 'a', [], 'T1')).toBe(false);
    expect(table.verdict('a', record(1, { token: 'T1' }))).toBe('banned');
    expect(table.verdict('b', record(2))).toBe('banned');
    expect(table.verdict('b', record(3))).toBe('valid');
    expect(table.problems()).toEqual([]);
  });

  test('keeps what was loaded after the call when its own ban gets its place', () => {
    const table = new BanTable();
    const pending = table.applyPending([key('a')]);
    const loadedAt = table.seq;
    table.place(pending, 10);
    expect(table.isBannedSince(loadedAt, 'a', [])).toBe(false);
  });

  test('spares the value that was set, wherever its ban comes from', () => {
    const table = new BanTable();
    table.apply(key('a', { except: 'T1' }), 10);
    expect(table.isBannedSince(0, 'a', [], 'T1')).toBe(false);
    expect(table.isBannedSince(0, 'a', [], 'T2')).toBe(true);
    expect(table.isBannedSince(0, 'a', [])).toBe(true);
  });

  test('tells expiry from invalidation', () => {
    const table = new BanTable();
    const cells = [table.intern('t')];
    table.apply(key('a', { soft: true }), 10);
    table.apply(tag('t', { soft: true }), 11);
    expect(table.isBannedSince(0, 'a', cells)).toBe(false);
    expect(table.isExpiredSince(0, 'a', [])).toBe(true);
    expect(table.isExpiredSince(1, 'a', [])).toBe(false);
    expect(table.isExpiredSince(1, 'b', cells)).toBe(true);
    expect(table.isExpiredSince(2, 'b', cells)).toBe(false);
  });
});

describe('judging records of the shared store', () => {
  test('compares positions: a ban is newer than what had not applied it', () => {
    const table = new BanTable();
    table.apply(key('a'), 10);
    expect(table.verdict('a', record(9))).toBe('banned');
    expect(table.verdict('a', record(10))).toBe('valid');
    expect(table.verdict('b', record(0))).toBe('valid');
  });

  test('bans every record while its own ban has no place', () => {
    const table = new BanTable();
    const pending = table.applyPending([key('a'), tag('t'), pattern('p:*')]);
    const newest = record(Number.MAX_SAFE_INTEGER);
    expect(table.verdict('a', newest)).toBe('banned');
    expect(table.verdict('b', { ...newest, tags: ['t'] })).toBe('banned');
    expect(table.verdict('p:1', newest)).toBe('banned');
    expect(table.verdict('b', newest)).toBe('valid');
    table.place(pending, 10);
    expect(table.verdict('a', record(10))).toBe('valid');
    expect(table.verdict('b', record(9, { tags: ['t'] }))).toBe('banned');
    expect(table.verdict('p:1', record(9))).toBe('banned');
    expect(table.stats().pending).toBe(0);
  });

  test('bans a pending clear, then what is older than its place', () => {
    const table = new BanTable();
    const pending = table.applyPending([clear]);
    expect(table.verdict('a', record(Number.MAX_SAFE_INTEGER))).toBe('banned');
    table.place(pending, 10);
    expect(table.verdict('a', record(10))).toBe('valid');
    expect(table.verdict('a', record(9))).toBe('banned');
  });

  test('leaves holds and releases to those who keep them', () => {
    const table = new BanTable();
    const hold: Ban = { kind: 'hold', token: 'H', until: 5, covers: [key('a')] };
    table.applyPending([hold, { kind: 'release', token: 'H' }]);
    expect(table.seq).toBe(0);
  });

  test('bans both of two values that were set at the same time', () => {
    const table = new BanTable();
    const first = table.applyPending([key('a', { except: 'T1' })]);
    table.apply(key('a', { except: 'T2' }), 11);
    table.place(first, 12);
    // Each was set without having seen the other.
    expect(table.verdict('a', record(10, { token: 'T1' }))).toBe('banned');
    expect(table.verdict('a', record(10, { token: 'T2' }))).toBe('banned');
    expect(table.verdict('a', record(12, { token: 'T2' }))).toBe('valid');
  });

  test('applies a ban anew that is told to the log again', () => {
    const table = new BanTable();
    const pending = table.applyPending([key('a')]);
    table.place(pending, 10);
    table.place(pending, 20);
    expect(table.verdict('a', record(15))).toBe('banned');
    expect(table.isBannedSince(1, 'a', [])).toBe(true);
  });

  test('says stale of what expire covered, and banned where both did', () => {
    const table = new BanTable();
    table.apply(key('a', { soft: true }), 10);
    table.apply(tag('t', { soft: true }), 11);
    expect(table.verdict('a', record(9))).toBe('stale');
    expect(table.verdict('a', record(10))).toBe('valid');
    expect(table.verdict('b', record(10, { tags: ['t'] }))).toBe('stale');
    table.apply(clear, 12);
    expect(table.verdict('a', record(9))).toBe('banned');
  });

  test('refuses what is below the floor', () => {
    const table = new BanTable();
    table.raiseFloor(10);
    expect(table.floor).toBe(10);
    expect(table.verdict('a', record(9))).toBe('banned');
    expect(table.verdict('a', record(10))).toBe('valid');
    table.raiseFloor(5);
    expect(table.floor).toBe(10);
  });
});

describe('starting anew', () => {
  const start = {
    floor: 50,
    completeFrom: 100,
    patterns: [{ pattern: 'user:*', position: 90 }],
  };

  test('bans everything this process holds', () => {
    const table = new BanTable();
    table.apply(key('a'), 10);
    const seq = table.seq;
    table.reset(start);
    expect(table.isBannedSince(seq, 'b', [])).toBe(true);
    expect(table.isBannedSince(table.seq, 'b', [])).toBe(false);
  });

  test('judges by what the log said, and asks about tags it cannot know', () => {
    const table = new BanTable();
    table.reset(start);
    expect(table.verdict('b', record(49))).toBe('banned');
    expect(table.verdict('b', record(50))).toBe('valid');
    expect(table.verdict('user:1', record(89))).toBe('banned');
    expect(table.verdict('b', record(99, { tags: ['t'] }))).toBe('unknown-tags');
    expect(table.verdict('b', record(100, { tags: ['t'] }))).toBe('valid');

    const question = table.askTags(['t']);
    expect(table.learnTags(question, [{ hard: 70, soft: 0 }])).toBe(true);
    expect(table.verdict('b', record(69, { tags: ['t'] }))).toBe('banned');
    expect(table.verdict('b', record(70, { tags: ['t'] }))).toBe('valid');
  });

  test('forgets what it knew of the history before', () => {
    const table = new BanTable();
    table.apply(key('a'), 1_000);
    table.apply(tag('t'), 1_001);
    table.reset({ floor: 0, completeFrom: 5, patterns: [] });
    expect(table.verdict('a', record(6, { tags: ['t'] }))).toBe('valid');
  });

  test('keeps own bans in force that have no place yet', () => {
    const table = new BanTable();
    const pending = table.applyPending([key('a'), tag('t'), clear]);
    table.reset({ floor: 0, completeFrom: 5, patterns: [] });
    expect(table.stats().pending).toBe(3);
    expect(table.verdict('b', record(6))).toBe('banned');
    table.place(pending, 7);
    expect(table.verdict('a', record(6))).toBe('banned');
    expect(table.verdict('b', record(7, { tags: ['t'] }))).toBe('valid');
    expect(table.problems()).toEqual([]);
  });
});

describe('room', () => {
  const minute = 60_000 * 4096;

  test('forgets the oldest keys, and bans what was not checked since', () => {
    const table = new BanTable({ maxKeys: 4 });
    for (let i = 1; i <= 5; i++) table.apply(key(`k${i}`), i * minute);
    expect(table.stats()).toMatchObject({ keys: 4, forgettings: 1 });
    expect(table.isBannedSince(0, 'never banned', [])).toBe(true);
    expect(table.isBannedSince(1, 'never banned', [])).toBe(false);
    expect(table.isBannedSince(1, 'k2', [])).toBe(true);
  });

  test('keeps a key that is banned again', () => {
    const table = new BanTable({ maxKeys: 4 });
    const names = ['k1', 'k2', 'k1', 'k3', 'k4', 'k5'];
    for (const [index, name] of names.entries()) table.apply(key(name), (index + 1) * minute);
    expect(table.verdict('k1', record(0))).toBe('banned');
    expect(table.verdict('k2', record(0))).toBe('valid');
  });

  test('keeps four times as many keys while they are younger than a minute', () => {
    const table = new BanTable({ maxKeys: 4 });
    for (let i = 1; i <= 16; i++) table.apply(key(`k${i}`), i);
    expect(table.stats()).toMatchObject({ keys: 16, forgettings: 0 });
    expect(table.verdict('k1', record(0))).toBe('banned');
    expect(table.verdict('never banned', record(0))).toBe('valid');
    for (let i = 1; i <= 20; i++) table.apply(key(`later ${i % 4}`), minute + 100 + i);
    expect(table.stats().keys).toBe(4);
  });

  test.each([
    ['keys', key],
    ['tags', tag],
  ])('looks at few of the %s that wait for their place while it finds no room', (_, banOf) => {
    const table = new BanTable({ maxKeys: 500, maxTags: 500 });
    const looks = vi.spyOn(BanMark.prototype, 'isPending', 'get');
    const handles = Array.from({ length: 5_000 }, (_, n) => table.applyPending([banOf(`n${n}`)]));
    expect(looks.mock.calls.length).toBeLessThan(100 * handles.length);
    looks.mockRestore();
    for (const [n, handle] of handles.entries()) table.place(handle, (n + 1) * minute);
    for (let n = 0; n < 400; n++) table.apply(banOf(`later ${n}`), (6_000 + n) * minute);
    const { keys, tags } = table.stats();
    expect(keys + tags).toBeLessThanOrEqual(500);
    expect(table.problems()).toEqual([]);
  });

  test('looks seldom for keys to forget while all are young', () => {
    const table = new BanTable({ maxKeys: 1_024 });
    const looks = vi.spyOn(Map.prototype, Symbol.iterator);
    for (let n = 1; n <= 10_000; n++) table.apply(key(`k${n}`), n);
    const times = looks.mock.calls.length;
    looks.mockRestore();
    expect(times).toBeLessThan(1_000);
    expect(table.stats().keys).toBeLessThan(4 * 1_024 + 100);
    expect(table.verdict('k10000', record(9_999))).toBe('banned');
    expect(table.verdict('never banned', record(10_000))).toBe('valid');
  });

  test('bans every record of before a ban that it had to forget, for a minute of the log', () => {
    const table = new BanTable({ maxKeys: 4 });
    for (let i = 1; i <= 17; i++) table.apply(key(`k${i}`), i * 10);
    expect(table.verdict('k1', record(9))).toBe('banned');
    expect(table.verdict('never banned', record(9))).toBe('banned');
    expect(table.verdict('never banned', record(10))).toBe('valid');
    table.apply(tag('t'), 9 + minute);
    expect(table.verdict('k1', record(9))).toBe('banned');
    table.apply(tag('t'), 10 + minute);
    expect(table.verdict('k1', record(9))).toBe('valid');
  });

  test('forgets no own ban that waits for its place', () => {
    const table = new BanTable({ maxKeys: 2 });
    const pending = table.applyPending([key('k1'), key('k2'), key('k3')]);
    expect(table.stats().keys).toBe(3);
    table.place(pending, 10);
    expect(table.verdict('k1', record(9))).toBe('banned');
  });

  test('counts what it holds', () => {
    const table = new BanTable();
    const cell = table.intern('unbanned');
    table.apply(key('a'), 1);
    table.apply(tag('t'), 2);
    table.apply(pattern('p:*'), 3);
    table.apply(pattern('p?'), 4);
    table.applyPending([clear]);
    table.isBannedSince(4, 'p1', [cell]);
    expect(table.stats()).toEqual({
      keys: 1,
      tags: 1,
      sharedTags: 1,
      patterns: 1,
      globs: 1,
      pending: 1,
      globTests: 0,
      widened: 0,
      forgettings: 0,
    });
  });
});
