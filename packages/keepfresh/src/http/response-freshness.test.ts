import { describe, expect, it } from 'vitest';
import { httpDate } from './http-date.ts';
import type { HttpHeaders } from './http-message.ts';
import { responseFreshness } from './response-freshness.ts';

const now = 1_700_000_000_000;
const rules = {
  ttlMs: undefined,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  targets: ['keepfresh-cache-control'],
};

function freshness(headers: HttpHeaders, more: object = {}, status = 200) {
  return responseFreshness({ status, headers }, { ...rules, ...more }, now);
}

describe('responseFreshness', () => {
  it.each<[string, HttpHeaders, number | undefined]>([
    ['nothing', {}, undefined],
    ['max-age', { 'cache-control': 'max-age=60' }, 60_000],
    ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=5' }, 5_000],
    ['max-age before Expires', { 'cache-control': 'max-age=60', expires: httpDate(now) }, 60_000],
    ['Expires after Date', { expires: httpDate(now + 9_000), date: httpDate(now) }, 9_000],
    ['an Expires that is no date', { expires: '0', date: httpDate(now) }, 0],
    ['an Expires in the past', { expires: httpDate(now - 5_000), date: httpDate(now) }, 0],
    ['less what Age says', { 'cache-control': 'max-age=60', age: '20' }, 40_000],
    [
      'less what Date says',
      { 'cache-control': 'max-age=60', date: httpDate(now - 30_000) },
      30_000,
    ],
    ['nothing left', { 'cache-control': 'max-age=60', age: '90' }, 0],
    ['no Age that is no number', { 'cache-control': 'max-age=60', age: 'old' }, 0],
    ['no Age that is there twice', { 'cache-control': 'max-age=60', age: ['0', '0'] }, 0],
    ['Expires from now on without a Date', { expires: httpDate(now + 9_000) }, 9_000],
    [
      'a targeted field before all others',
      { 'keepfresh-cache-control': 'max-age=7', 'cache-control': 'no-store', expires: '0' },
      7_000,
    ],
    [
      'no Expires beside a targeted field without freshness',
      { 'keepfresh-cache-control': 'public', expires: httpDate(now + 9_000), date: httpDate(now) },
      undefined,
    ],
    [
      'an invalid targeted field as if it were not there',
      { 'keepfresh-cache-control': 'max-age=,', 'cache-control': 'max-age=3' },
      3_000,
    ],
  ])('is by %s', (_what, headers, expected) => {
    expect(freshness(headers)?.freshMs).toBe(expected);
  });

  it('is the rule of the route for a 200 that names none, and for no other status', () => {
    expect(freshness({}, { ttlMs: 5_000 })?.freshMs).toBe(5_000);
    expect(freshness({}, { ttlMs: 5_000 }, 404)).toBeUndefined();
    expect(freshness({ 'cache-control': 'max-age=1' }, { ttlMs: 5_000 }, 404)?.freshMs).toBe(1_000);
  });

  it.each<[string, number, number]>([
    ['max-age=1', 7_000, 8_000],
    ['max-age=1, stale-while-revalidate=2', 2_000, 8_000],
    ['max-age=1, stale-if-error=3', 7_000, 3_000],
    ['max-age=1, must-revalidate, stale-if-error=3', 0, 0],
    ['max-age=1, proxy-revalidate', 0, 0],
    ['s-maxage=1', 0, 0],
    ['s-maxage=1, stale-while-revalidate=2', 2_000, 0],
  ])('has stale windows by %j', (control, whileRevalidate, ifError) => {
    const own = { staleWhileRevalidateMs: 7_000, staleIfErrorMs: 8_000 };
    expect(freshness({ 'cache-control': control }, own)).toMatchObject({
      staleWhileRevalidateMs: whileRevalidate,
      staleIfErrorMs: ifError,
    });
  });
});
