import { describe, expect, it } from 'vitest';
import { Deletions } from './deletions.ts';

describe('Deletions', () => {
  it('tells what was deleted since', () => {
    const deletions = new Deletions();
    deletions.add('/a');
    const { count } = deletions;
    expect([deletions.since(0, '/a'), deletions.since(count, '/a')]).toEqual([true, false]);
    deletions.add('/b');
    expect([deletions.since(count, '/a'), deletions.since(count, '/b')]).toEqual([false, true]);
  });

  it('takes for deleted what it has forgotten', () => {
    const deletions = new Deletions();
    const { count } = deletions;
    deletions.add('/a');
    for (let n = 0; n < 1_000; n++) deletions.add(`/${n}`);
    expect(deletions.since(count, '/a')).toBe(true);
    expect(deletions.since(deletions.count, '/a')).toBe(false);
  });
});
