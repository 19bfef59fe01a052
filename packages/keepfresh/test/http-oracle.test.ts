import CachePolicy from 'http-cache-semantics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpDate } from '../src/http/http-date.ts';
import { httpRules } from '../src/http/http-options.ts';
import { whyBypassed } from '../src/http/request-bypass.ts';
import { responseFreshness, whyNotStored } from '../src/http/index.ts';

const now = 1_700_000_000_000;

const seconds = fc.constantFrom('0', '1', '60', '86400', 'x', '-1', '"60"');
const directive = fc.oneof(
  fc.constantFrom(
    'public',
    'private',
    'no-store',
    'no-cache',
    'must-revalidate',
    'No-Store',
    'PRIVATE="x"',
    'immutable',
    'unknown=1',
  ),
  seconds.map((value) => `max-age=${value}`),
  seconds.map((value) => `s-maxage=${value}`),
);
/** Of a directive that is there twice either may count, or none (RFC 9111, 4.2.1). */
const control = fc
  .uniqueArray(directive, { maxLength: 4, selector: (text) => text.split('=')[0]!.toLowerCase() })
  .map((list) => list.join(', '));
const date = fc.constantFrom(
  ...[-90, -5, 0, 5, 90].map((s) => httpDate(now + s * 1_000)),
  '0',
  'soon',
);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const exchange = fc.record({
  status: fc.constantFrom(200, 203, 204, 206, 301, 302, 307, 404, 410, 501),
  asked: fc.record({
    authorization: optional(fc.constant('Bearer a')),
    'cache-control': optional(fc.constantFrom('no-store', 'no-cache', 'max-age=0')),
  }),
  answered: fc.record({
    'cache-control': control,
    expires: optional(date),
    age: optional(fc.constantFrom('0', '30', '7200')),
    vary: optional(fc.constantFrom('*', 'accept', 'accept, *')),
    'set-cookie': optional(fc.constant('a=b')),
  }),
});

function withoutAbsent(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
}

const rules = httpRules({ cookies: 'ignore', authorization: 'ignore' }, 'options');

type Drawn = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

function judged({ status, asked, answered }: Drawn) {
  const request = { method: 'GET', url: '/', host: 'a', headers: withoutAbsent(asked), params: {} };
  const headers: Record<string, string> = { date: httpDate(now), ...withoutAbsent(answered) };
  // Neither guesses how long a response that does not say it is fresh.
  const options = { shared: true, cacheHeuristic: 0, immutableMinTimeToLive: 0 };
  return { request, headers, judge: new CachePolicy(request, { status, headers }, options) };
}

/** It counts Age from its own clock, which is later than the Date of these responses. */
function lifetimeBy(judge: CachePolicy, headers: Record<string, string>): number {
  return (judge.maxAge() - Number(headers['age'] ?? 0)) * 1_000;
}

/**
 * Another implementation of the rules as the judge: what is stored here, it stores too, and for as long at least.
 * Its known errors are left out: it takes `proxy-revalidate` for staleness at once, and knows of no status 500 and
 * 503 that may be stored.
 */
describe('beside http-cache-semantics', () => {
  it('nothing is stored that it would not store, and nothing is fresh for longer', () => {
    let stored = 0;
    const property = fc.property(exchange, ({ status, asked, answered }) => {
      const { request, headers, judge } = judged({ status, asked, answered });
      if (whyBypassed(request, rules) !== undefined) return;
      if (whyNotStored(request, { status, headers }, rules, now) !== undefined) return;
      stored++;
      const { freshMs } = responseFreshness({ status, headers }, rules, now)!;
      expect(judge.storable(), JSON.stringify({ status, asked, answered })).toBe(true);
      const lifetime = lifetimeBy(judge, headers);
      expect(freshMs, JSON.stringify({ status, asked, answered })).toBeLessThanOrEqual(lifetime);
    });
    fc.assert(property, { numRuns: 5_000 });
    expect(stored).toBeGreaterThan(100);
  });

  it('what it would use and is not stored here is refused on purpose, or for one of its errors', () => {
    const refused = new Set<string>();
    const property = fc.property(exchange, ({ status, asked, answered }) => {
      const { request, headers, judge } = judged({ status, asked, answered });
      if (!judge.storable() || lifetimeBy(judge, headers) <= 0) return;
      const why =
        whyBypassed(request, rules) ?? whyNotStored(request, { status, headers }, rules, now);
      // It knows directives in lower case only.
      const inCapitals = /[A-Z]/.test(headers['cache-control'] ?? '');
      if (why !== undefined && !(inCapitals && (why === 'no-store' || why === 'private'))) {
        refused.add(why);
      }
    });
    fc.assert(property, { numRuns: 5_000 });
    // It keeps what varies by everything, for nobody; and what sets a cookie, where that says `public` or how long.
    expect([...refused].toSorted()).toEqual(['set-cookie', 'vary']);
  });
});
