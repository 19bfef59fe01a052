import { describe, expect, it } from 'vitest';
import type { HttpHeaders, HttpRequest } from './http-message.ts';
import { type HttpCacheOptions, httpRules } from './http-options.ts';
import { requestKey } from './request-key.ts';

function keyOf(
  url: string,
  options: HttpCacheOptions = {},
  headers: HttpHeaders = {},
  host = 'shop.example',
) {
  return requestKey(
    { method: 'GET', url, host, headers, params: {} },
    httpRules(options, 'options'),
  );
}

describe('requestKey', () => {
  it('is the host and the URL, so that patterns reach it', () => {
    expect(keyOf('/products/7?page=2')).toBe('http:shop.example/products/7?page=2');
    expect(keyOf('/', {}, {}, 'SHOP.example')).toBe('http:shop.example/');
  });

  it.each([
    ['/a', '/A'],
    ['/a', '/a/'],
    ['/a%2fb', '/a/b'],
    ['/a?x=1&y=2', '/a?y=2&x=1'],
    ['/a?', '/a'],
    ['/a;b', '/a'],
  ])('keeps %s apart from %s: the application may tell them apart', (a, b) => {
    expect(keyOf(a)).not.toBe(keyOf(b));
  });

  it('keeps long URLs apart, and within the length of a key', () => {
    const long = `/${'x'.repeat(3_000)}`;
    expect(keyOf(`${long}a`)).not.toBe(keyOf(`${long}b`));
    expect(Buffer.byteLength(keyOf(`${long}\u{1f600}`))).toBeLessThan(600);
  });

  it('holds no half characters and no blanks of the URL', () => {
    expect(keyOf('/\ud800 x').isWellFormed()).toBe(true);
    expect(keyOf('/a b')).not.toContain(' ');
  });

  it('leaves out parameters only by the name the application finds them by', () => {
    const only = { query: { only: ['page'] } };
    expect(keyOf('/a?page=2&utm=x', only)).toBe('http:shop.example/a?page=2');
    // The application reads all of these as `page`.
    for (const url of ['/a?%70age=2', '/a?page[]=2', '/a?page[x]=2', '/a?pag%65%5b%5d=2']) {
      expect(keyOf(url, only)).not.toBe(keyOf('/a', only));
    }
    expect(keyOf('/a?page=2&utm=x', { query: { except: ['utm'] } })).toBe(
      'http:shop.example/a?page=2',
    );
    expect(keyOf('/a?page=2', { query: 'none' })).toBe('http:shop.example/a');
  });

  it('has what names a user as a digest only, and tells users apart', () => {
    const options = { cookies: ['session'], authorization: 'key' } as const;
    const alice = keyOf('/', options, {
      cookie: 'a=1; session=alice',
      authorization: 'Bearer s3cret',
    });
    expect(alice).not.toMatch(/alice|s3cret/);
    expect(alice).not.toBe(
      keyOf('/', options, { cookie: 'session=bob', authorization: 'Bearer s3cret' }),
    );
    expect(alice).not.toBe(keyOf('/', options, { cookie: 'session=alice' }));
    expect(alice).toBe(
      keyOf('/', options, { cookie: 'b=2; session=alice', authorization: 'Bearer s3cret' }),
    );
  });

  it.each<[HttpHeaders, HttpHeaders]>([
    [{ cookie: 'session=a,1' }, { cookie: 'session=a,2' }],
    [{ cookie: 'session=a; session=b' }, { cookie: 'session=a' }],
    [{ cookie: ['x=1', 'session=a'] }, { cookie: ['x=1', 'session=b'] }],
    [{ cookie: 'session=' }, {}],
  ])('tells the cookies %j from %j', (a, b) => {
    const options = { cookies: ['session'] };
    expect(keyOf('/', options, a)).not.toBe(keyOf('/', options, b));
  });

  it('takes in what the route says the response depends on', () => {
    const keyBy = ({ headers }: HttpRequest): string => String(headers['x-tenant']);
    expect(keyOf('/', { keyBy }, { 'x-tenant': 'a' })).not.toBe(
      keyOf('/', { keyBy }, { 'x-tenant': 'b' }),
    );
  });
});
