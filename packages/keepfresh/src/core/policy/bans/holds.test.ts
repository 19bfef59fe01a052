import { describe, expect, test } from 'vitest';
import type { HoldBan } from '../../ports/log.ts';
import { Holds } from './holds.ts';

const hold = (token: string, until: number, covers: HoldBan['covers']): HoldBan => ({
  kind: 'hold',
  token,
  until,
  covers,
});
const key = { kind: 'key', key: 'a' } as const;
const tag = { kind: 'tag', tag: 't' } as const;
const pattern = { kind: 'pattern', pattern: 'p:*' } as const;

describe('Holds', () => {
  test('holds what a hold covers, until its end', () => {
    const holds = new Holds();
    holds.add(hold('H', 100, [key, tag, pattern]));
    expect(holds.isHeld('a', [], 99)).toBe(true);
    expect(holds.isHeld('b', ['x', 't'], 99)).toBe(true);
    expect(holds.isHeld('p:1', [], 99)).toBe(true);
    expect(holds.isHeld('b', ['x'], 99)).toBe(false);
    expect(holds.isHeld('a', ['t'], 100)).toBe(false);
    expect(holds.isHeld('p:1', [], 100)).toBe(false);
  });

  test('ends with the release of its own token only', () => {
    const holds = new Holds();
    holds.add(hold('H1', 100, [key, tag]));
    holds.add(hold('H2', 100, [key, pattern]));
    holds.release('H1');
    expect(holds.isHeld('a', [], 0)).toBe(true);
    expect(holds.isHeld('b', ['t'], 0)).toBe(false);
    holds.release('H2');
    holds.release('unknown');
    expect(holds.isHeld('a', [], 0)).toBe(false);
    expect(holds.isHeld('p:1', [], 0)).toBe(false);
    expect(holds.size).toBe(0);
  });

  test('replaces a hold of the same token', () => {
    const holds = new Holds();
    holds.add(hold('H', 100, [key]));
    holds.add(hold('H', 200, [tag]));
    expect(holds.isHeld('a', [], 0)).toBe(false);
    expect(holds.isHeld('a', ['t'], 150)).toBe(true);
    expect(holds.size).toBe(1);
  });

  test('starts anew from what the log says', () => {
    const holds = new Holds();
    holds.add(hold('H1', 100, [key]));
    holds.reset([hold('H2', 100, [tag])]);
    expect(holds.isHeld('a', [], 0)).toBe(false);
    expect(holds.isHeld('a', ['t'], 0)).toBe(true);
  });

  test('keeps what the log has not got yet, until it has', () => {
    const holds = new Holds();
    holds.addPending(hold('H1', 100, [key]));
    holds.reset([]);
    expect(holds.isHeld('a', [], 0)).toBe(true);
    holds.add(hold('H1', 100, [key]));
    holds.reset([]);
    expect(holds.isHeld('a', [], 0)).toBe(false);
  });

  test('holds everything until those end for which there is no room, the first to end', () => {
    const holds = new Holds({ max: 1 });
    holds.add(hold('H1', 100, [key]));
    holds.add(hold('H2', 200, [tag]));
    holds.add(hold('H3', 150, [key]));
    expect(holds.isHeld('unrelated', [], 149)).toBe(true);
    expect(holds.isHeld('unrelated', [], 150)).toBe(false);
    expect(holds.isHeld('b', ['t'], 199)).toBe(true);
    holds.reset([]);
    expect(holds.isHeld('unrelated', [], 0)).toBe(false);
  });

  test('is not filled up by holds that ended and that nobody releases', () => {
    const holds = new Holds({ max: 4 });
    for (let i = 0; i < 100; i++) holds.add(hold(`H${i}`, i * 100 + 50, [key]));
    expect(holds.isHeld('unrelated', [], 9_900)).toBe(false);
    expect(holds.isHeld('a', [], 9_949)).toBe(true);
    expect(holds.size).toBeLessThanOrEqual(4);
  });
});
