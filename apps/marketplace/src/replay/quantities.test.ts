import { expect, test } from 'vitest';
import { count, duration, percent } from './quantities.ts';

test.each([
  [0, '0'],
  [95_607, '95,607'],
  [12.6, '13'],
])('counts %d as %s', (number, shown) => {
  expect(count(number)).toBe(shown);
});

test.each([
  [0, '0.0 %'],
  [0.85612, '85.6 %'],
  [0.99999, '99.9 %'],
  [1, '100.0 %'],
])('shows the share %d as %s', (share, shown) => {
  expect(percent(share)).toBe(shown);
});

test.each([
  [0.00234, '2.34 µs'],
  [0.0123, '12.3 µs'],
  [0.4567, '457 µs'],
  [0.9996, '1.00 ms'],
  [9.996, '10.0 ms'],
  [1.2534, '1.25 ms'],
  [1_340, '1,340 ms'],
])('shows %d ms as %s', (milliseconds, shown) => {
  expect(duration(milliseconds)).toBe(shown);
});
