import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('a bounded map keeps what was set last, and counts what is set again as new', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect([map.get('b'), map.get('a'), map.size]).toEqual([undefined, 3, 2]);
});

test('a bounded map forgets what is deleted, and everything when it is cleared', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.delete('a');
  expect([...map]).toEqual([['b', 2]]);
  map.clear();
  expect([...map]).toEqual([]);
});
