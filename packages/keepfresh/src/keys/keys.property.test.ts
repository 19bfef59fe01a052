import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache } from '../core/create-cache.ts';
import { escapePart } from '../core/policy/key-escape.ts';
import { key } from '../core/policy/key-template.ts';
import { apiKey, type ApiRequest, filterKey, keysUnder, tenantKey, userKey } from './index.ts';

/** Parts that look like what stands between them, like each other and like nothing. */
const part = fc.oneof(
  fc.constantFrom(
    '',
    ':',
    '/',
    '*',
    'user',
    'api',
    'GET',
    'a',
    'b',
    '%',
    '%3A',
    '~',
    '\\',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.integer({ min: -2, max: 12 }),
  fc.boolean(),
);
const parts = fc.array(part, { minLength: 1, maxLength: 4 });
const segment = fc.constantFrom('', 'a', 'b', ':', 'a:b', '%', 'ä', '*', '..', 'api', 'GET');
const value = fc.oneof(fc.constantFrom('1', '2', '', ':', 'a,b'), fc.integer({ min: 0, max: 3 }));
const query = fc.dictionary(
  fc.constantFrom('a', 'b', 'page', '__proto__'),
  fc.oneof(value, fc.array(value, { maxLength: 2 }), fc.constant(undefined)),
  { maxKeys: 3 },
);
const request: fc.Arbitrary<ApiRequest> = fc
  .record(
    {
      path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((all) => `/${all.join('/')}`),
      method: fc.constantFrom('GET', 'get', 'HEAD', 'POST'),
      query,
      tenant: part,
      user: part,
    },
    { requiredKeys: ['path'] },
  )
  .map((made) => made as ApiRequest);

const words = (all: readonly unknown[]): string => JSON.stringify(all.map(String));

/** What a request says, however it says it. */
function meaning({ path, method = 'GET', query: asked = {}, tenant, user }: ApiRequest): string {
  const set = Object.entries(asked).filter(([, each]) => each !== undefined);
  const sorted = set.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const owners = [tenant, user].map((each) => (each === undefined ? [] : [String(each)]));
  return JSON.stringify([path, method.toUpperCase(), sorted, owners]);
}

describe('keys of users and tenants', () => {
  it('are the same for the same parts, and for no others', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [a, b] = [one, other].map((all) => userKey(all[0]!, ...all.slice(1)));
        expect(a === b).toBe(words(one) === words(other));
        expect(tenantKey(one[0]!, ...one.slice(1))).not.toBe(b);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are keys as one would write them', () => {
    expect(userKey(42, 'profile')).toBe('user:42:profile');
    expect(tenantKey('acme', 'user', 42)).toBe(key`tenant:${'acme'}:user:${42}`);
    expect(userKey('4:2')).toBe('user:4%3A2');
  });

  it('refuse what is no word, and name it', () => {
    expect(() => userKey(undefined as never)).toThrow(
      /^part 1 of userKey must be a string, a finite/,
    );
    expect(() => tenantKey('a', { id: 1 } as never)).toThrow(/^part 2 of tenantKey must be/);
  });
});

describe('apiKey', () => {
  it('is the same for requests that mean the same, and for no others', () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(apiKey(one) === apiKey(other)).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never a key of the others', () => {
    fc.assert(
      fc.property(request, parts, (asked, all) => {
        const made = apiKey(asked);
        expect(made).not.toBe(userKey(all[0]!, ...all.slice(1)));
        expect(made).not.toBe(tenantKey(all[0]!, ...all.slice(1)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is written as it is asked for', () => {
    expect(apiKey({ path: '/products/7' })).toBe('api:GET:/products/7');
    expect(apiKey({ path: '/a', method: 'head', tenant: 'acme', user: 42 })).toBe(
      'tenant:acme:user:42:api:HEAD:/a',
    );
    expect(apiKey({ path: '/a', query: { page: 2, text: undefined } })).toMatch(
      /^api:GET:\/a:[\w-]{27}$/,
    );
  });

  it('has a path that looks like the digest of a query for what it is', () => {
    const queried = apiKey({ path: '/a', query: { page: 2 } });
    expect(apiKey({ path: `/a${queried.slice('api:GET:/a'.length)}` })).not.toBe(queried);
  });

  it('takes the parameters of a URL, in any order of their names', () => {
    const { searchParams } = new URL('http://a/?b=2&a=1&b=1');
    const same = { a: '1', b: ['2', '1'] };
    expect(apiKey({ path: '/', query: searchParams })).toBe(apiKey({ path: '/', query: same }));
    const turned = new URLSearchParams('b=1&b=2&a=1');
    expect(apiKey({ path: '/', query: turned })).not.toBe(apiKey({ path: '/', query: same }));
    expect(apiKey({ path: '/', query: new URLSearchParams() })).toBe('api:GET:/');
  });

  it.each([
    [{ path: 'a' }, 'apiKey options.path'],
    [{ path: '/a?b=1' }, 'apiKey options.path'],
    [{ path: '/a', method: '' }, 'apiKey options.method'],
    [{ path: '/a', user: null }, 'apiKey options.user'],
    [{ path: '/a', query: { a: () => 1 } }, 'apiKey options.query.a'],
    [{ path: '/a', quer: {} }, "has no option 'quer'"],
  ])('refuses %j, and says why', (options, field) => {
    expect(() => apiKey(options as never)).toThrow(field);
  });
});

describe('filterKey', () => {
  it('is the same for the same filter in any order, and for no others', () => {
    const filter = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(value, query), {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const turned = Object.fromEntries(Object.entries(one).toReversed());
        const under = key`org:${12}:search`;
        expect(filterKey(under, one)).toBe(filterKey(under, turned));
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(filterKey(under, one) === filterKey(under, other)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stands under its key, with a digest of 27 characters', () => {
    expect(filterKey(key`org:${12}:search`, { text: 'lamp' })).toMatch(/^org:12:search:[\w-]{27}$/);
    expect(() => filterKey('', {})).toThrow('the first argument of filterKey');
    expect(() => filterKey('a', { b: Symbol('c') })).toThrow('the filter.b must be data');
  });
});

describe('keysUnder', () => {
  it('covers a key and what is behind it, and nothing of another owner', async () => {
    const cache = createCache({ name: 'keys' });
    await fc.assert(
      fc.asyncProperty(part, part, part, async (mine, other, detail) => {
        await cache.clear();
        const keys = (owner: typeof part extends fc.Arbitrary<infer P> ? P : never): string[] => [
          userKey(owner),
          userKey(owner, detail),
          userKey(owner, detail, 'more'),
          apiKey({ path: '/a', user: owner }),
        ];
        await cache.setMany([...keys(mine), ...keys(other)].map((each) => [each, 1] as const));
        await cache.invalidatePattern(keysUnder(userKey(mine)));
        const same = String(mine) === String(other);
        expect(await cache.getMany(keys(mine))).toEqual(keys(mine).map(() => undefined));
        expect(await cache.getMany(keys(other))).toEqual(
          keys(other).map(() => (same ? undefined : 1)),
        );
      }),
      { numRuns: 200 },
    );
    await cache.close();
  });

  it('takes any key for what it is', () => {
    expect(keysUnder('a*[b]?')).toEqual(['a\\*\\[b\\]\\?', 'a\\*\\[b\\]\\?:*', 'a\\*\\[b\\]\\?/*']);
    expect(keysUnder(key`x:${'*'}`)[0]).toBe(`x:${escapePart('*')}`);
    expect(() => keysUnder('')).toThrow('the key of keysUnder must be');
  });
});

/** As the filters are compared: by their names, without what is undefined. */
function sorted(value_: unknown): unknown {
  if (typeof value_ !== 'object' || value_ === null || Array.isArray(value_)) return value_;
  const set = Object.entries(value_).filter(([, each]) => each !== undefined);
  return set.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]);
}
