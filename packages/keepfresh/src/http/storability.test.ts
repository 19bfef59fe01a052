import { describe, expect, it } from 'vitest';
import type { HttpHeaders } from './http-message.ts';
import { httpRules, type HttpCacheOptions } from './http-options.ts';
import { whyBypassed } from './request-bypass.ts';
import { whyNotStored } from './storability.ts';

const now = 1_700_000_000_000;

interface Case {
  readonly asked?: HttpHeaders;
  readonly answered?: HttpHeaders;
  readonly status?: number;
  readonly options?: HttpCacheOptions;
}

function reason({
  asked = {},
  answered = {},
  status = 200,
  options = {},
}: Case): string | undefined {
  const request = { method: 'GET', url: '/', host: 'a', headers: asked, params: {} };
  const rules = httpRules({ ttl: '1m', ...options }, 'options');
  return whyNotStored(request, { status, headers: answered }, rules, now);
}

describe('whyNotStored', () => {
  it.each<[string, Case]>([
    ['a plain 200 on a route with a ttl', {}],
    ['public', { answered: { 'cache-control': 'public, max-age=5' } }],
    ['a 404 that says how long', { status: 404, answered: { 'cache-control': 'max-age=5' } }],
    ['a 301 that says how long', { status: 301, answered: { 'cache-control': 'max-age=5' } }],
    ['Vary by a field', { answered: { vary: 'Accept-Language' } }],
    [
      'Vary by a cookie that is keyed',
      { answered: { vary: 'Cookie' }, options: { cookies: ['a'] } },
    ],
    [
      'credentials on a route that agreed, of a response that agreed',
      {
        asked: { authorization: 'x' },
        answered: { 'cache-control': 'public' },
        options: { authorization: 'ignore' },
      },
    ],
    [
      'credentials that are part of the key',
      { asked: { authorization: 'x' }, options: { authorization: 'key' } },
    ],
  ])('stores %s', (_what, each) => {
    expect(reason(each)).toBeUndefined();
  });

  it.each<[string, string, Case]>([
    ['Set-Cookie', 'set-cookie', { answered: { 'set-cookie': ['a=b'] } }],
    [
      'Set-Cookie that says public',
      'set-cookie',
      { answered: { 'set-cookie': ['a=b'], 'cache-control': 'public' } },
    ],
    ['no-store in any case', 'no-store', { answered: { 'cache-control': 'max-age=5, No-STORE' } }],
    ['private', 'private', { answered: { 'cache-control': 'Private, max-age=5' } }],
    [
      'private with a field',
      'private',
      { answered: { 'cache-control': 'private="x", max-age=5' } },
    ],
    [
      'no-cache with a field',
      'no-cache',
      { answered: { 'cache-control': 'no-cache="x", max-age=5' } },
    ],
    [
      'a second line of Cache-Control',
      'no-store',
      { answered: { 'cache-control': ['max-age=5', 'no-store'] } },
    ],
    ['Vary: *', 'vary', { answered: { vary: 'accept, *' } }],
    ['Vary by cookies', 'vary', { answered: { vary: 'COOKIE' } }],
    [
      'Vary by ignored cookies',
      'vary',
      { answered: { vary: 'cookie' }, options: { cookies: 'ignore' } },
    ],
    ['Vary by credentials', 'vary', { answered: { vary: 'Authorization' } }],
    ['a part', 'status', { status: 206, answered: { 'cache-control': 'max-age=5' } }],
    ['a 304', 'status', { status: 304 }],
    ['a 500 that says nothing', 'no-freshness', { status: 500 }],
    ['max-age=0', 'no-freshness', { answered: { 'cache-control': 'max-age=0' } }],
    [
      'credentials where the response does not agree',
      'authorization',
      {
        asked: { authorization: 'x' },
        answered: { 'cache-control': 'max-age=5' },
        options: { authorization: 'ignore' },
      },
    ],
  ])('does not store %s', (_what, expected, each) => {
    expect(reason(each)).toBe(expected);
  });

  it('stores nothing without freshness where the route names none', () => {
    const rules = httpRules({}, 'options');
    const request = { method: 'GET', url: '/', host: 'a', headers: {}, params: {} };
    expect(whyNotStored(request, { status: 200, headers: {} }, rules, now)).toBe('no-freshness');
  });
});

describe('whyBypassed', () => {
  it.each<[string | undefined, string, HttpHeaders, HttpCacheOptions]>([
    [undefined, 'GET', {}, {}],
    [undefined, 'HEAD', {}, {}],
    ['method', 'POST', {}, {}],
    ['method', 'OPTIONS', {}, {}],
    ['range', 'GET', { range: 'bytes=0-1' }, {}],
    ['upgrade', 'GET', { upgrade: 'websocket' }, {}],
    ['authorization', 'GET', { authorization: 'x' }, {}],
    [undefined, 'GET', { authorization: 'x' }, { authorization: 'key' }],
    ['cookie', 'GET', { cookie: 'a=b' }, {}],
    [undefined, 'GET', { cookie: 'a=b' }, { cookies: 'ignore' }],
    [undefined, 'GET', { cookie: 'a=b' }, { cookies: ['session'] }],
    ['no-store', 'GET', { 'cache-control': 'NO-STORE' }, {}],
    [undefined, 'GET', { 'cache-control': 'no-cache', pragma: 'no-cache' }, {}],
  ])('is %s for %s %j with %j', (expected, method, headers, options) => {
    const rules = httpRules(options, 'options');
    expect(whyBypassed({ method, url: '/', host: 'a', headers, params: {} }, rules)).toBe(expected);
  });
});
