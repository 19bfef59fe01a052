import { describe, expect, it } from 'vitest';
import { type ChainedEntry, EntryChain, unbroken } from './entry-chain.ts';

function entryAt(position: number, previous: number): ChainedEntry {
  return { position, previous, previousNonce: `n${previous}`, nonce: `n${position}`, bans: [] };
}

const chain = (): EntryChain =>
  new EntryChain([entryAt(10, 5), entryAt(20, 10), entryAt(30, 20), entryAt(40, 30)]);

const positions = (entries: readonly { position: number }[]): number[] =>
  entries.map(({ position }) => position);

describe('EntryChain', () => {
  it('gives what follows an entry it holds', () => {
    const { fit, entries } = chain().follow(20, 'n20', 10);
    expect([fit, positions(entries)]).toEqual(['fits', [30, 40]]);
    expect(chain().follow(40, 'n40', 10)).toEqual({ fit: 'fits', entries: [] });
  });

  it('gives everything to who applied exactly what was trimmed', () => {
    const { fit, entries } = chain().follow(5, 'n5', 10);
    expect([fit, positions(entries)]).toEqual(['fits', [10, 20, 30, 40]]);
  });

  it('gives no more than asked for', () => {
    expect(positions(chain().follow(5, 'n5', 2).entries)).toEqual([10, 20]);
    expect(positions(chain().follow(10, 'n10', 2).entries)).toEqual([20, 30]);
    expect(positions(chain().oldest(3))).toEqual([10, 20, 30]);
  });

  it.each([
    ['another entry at the place', 20, 'x', 'lost'],
    ['another entry where it was trimmed', 5, 'x', 'lost'],
    ['a place between two entries', 15, 'n15', 'lost'],
    ['a place beyond the end', 41, 'n41', 'lost'],
    ['a place before what was trimmed', 3, 'n3', 'behind'],
  ])('finds %s', (_what, applied, nonce, fit) => {
    expect(chain().follow(applied, nonce, 10)).toEqual({ fit, entries: [] });
  });

  it('finds somebody behind when the entry after theirs was removed', () => {
    const broken = new EntryChain([entryAt(10, 5), entryAt(30, 20)]);
    expect(broken.follow(10, 'n10', 10).fit).toBe('behind');
  });

  it('is lost to everybody when it is empty', () => {
    expect(new EntryChain().follow(1, 'n1', 10).fit).toBe('lost');
  });

  it('trims entries before a position', () => {
    const trimmed = chain();
    expect([trimmed.trim(10), trimmed.trim(30), trimmed.trim(30)]).toEqual([0, 2, 0]);
    expect(positions(trimmed.oldest(9))).toEqual([30, 40]);
  });

  it('truncates from the newest, down to nothing', () => {
    const truncated = chain();
    truncated.truncate(1);
    expect(positions(truncated.oldest(9))).toEqual([10, 20, 30]);
    truncated.truncate(9);
    expect(truncated.length).toBe(0);
  });

  it('keeps copies apart', () => {
    const original = chain();
    const copy = original.copy();
    copy.add(entryAt(50, 40));
    original.trim(30);
    expect([original.length, copy.length]).toEqual([2, 5]);
  });
});

describe('unbroken', () => {
  it('gives the entries up to the first that does not follow the one before', () => {
    const entries = [entryAt(10, 5), entryAt(20, 10), entryAt(40, 30), entryAt(50, 40)];
    expect(positions(unbroken(entries))).toEqual([10, 20]);
    expect(Object.keys(unbroken(entries)[0] ?? {})).toEqual([
      'position',
      'previous',
      'nonce',
      'bans',
    ]);
  });
});
