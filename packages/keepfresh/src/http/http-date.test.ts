import { describe, expect, it } from 'vitest';
import { httpDate, parseHttpDate } from './http-date.ts';

describe('parseHttpDate', () => {
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])('reads %s', (value) => {
    expect(parseHttpDate(value)).toBe(784_111_777_000);
  });

  it('takes a year of two digits for one of this century up to 69', () => {
    expect(parseHttpDate('Thursday, 18-Aug-50 02:01:18 GMT')).toBe(Date.UTC(2050, 7, 18, 2, 1, 18));
  });

  it.each([
    undefined,
    '',
    '0',
    '-1',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 06 Nov 1994 08:49 GMT',
    'Sun, 06 Nov 1994 48:49:37 GMT',
    'tomorrow',
  ])('takes %j for no date', (value) => {
    expect(parseHttpDate(value)).toBeUndefined();
  });

  it('reads what httpDate writes', () => {
    expect(httpDate(784_111_777_000)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
    expect(parseHttpDate(httpDate(1_700_000_000_000))).toBe(1_700_000_000_000);
  });
});
