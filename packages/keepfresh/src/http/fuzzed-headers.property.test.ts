import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache } from '../core/create-cache.ts';
import type { Exchange, HandlerResponse } from './exchange.ts';
import { HttpCache } from './http-cache.ts';
import type { HttpHeaders } from './http-message.ts';

/** What caching reads, of either side. */
const names = [
  ...['cache-control', 'keepfresh-cache-control', 'vary', 'age', 'date', 'expires', 'etag'],
  ...['last-modified', 'if-none-match', 'if-modified-since', 'range', 'content-range', 'cookie'],
  ...['authorization', 'set-cookie', 'connection', 'cache-groups', 'cache-group-invalidation'],
  ...['location', 'content-location', 'content-length', 'pragma', 'upgrade', 'host'],
];

const piece = fc.constantFrom(
  ...[
    'max-age=',
    's-maxage',
    'no-store',
    'private',
    'stale-while-revalidate=9',
    '"',
    '\\',
    '(',
    ')',
  ],
  ...[',', ';', '=', ' ', '*', ':', '?1', '@', 'W/"', '99999999999999999999', '-1', '0', '\t', 'é'],
  ...['Thu, 01 Jan 1970 00:00:00 GMT', 'accept-encoding', 'cookie', 'bytes=0-', '//', '%zz', '\0'],
);
const value = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const headers: fc.Arbitrary<HttpHeaders> = fc.dictionary(
  fc.constantFrom(...names, '__proto__', 'constructor'),
  fc.oneof(value, fc.array(value, { maxLength: 3 })),
  { maxKeys: 6 },
);
const body = Buffer.from('of the handler');

/** An exchange whose handler answers with these fields; tells how it was answered. */
function exchangeOf(
  request: Pick<Exchange['request'], 'method' | 'url' | 'headers'>,
  answered: { readonly status: number; readonly headers: HttpHeaders },
): { readonly exchange: Exchange; readonly answers: string[] } {
  const answers: string[] = [];
  const run = async (end: string, options: Parameters<Exchange['forward']>[0]) => {
    const decision = options.onHead(answered);
    if (decision.keepBack !== true) answers.push(end);
    await options.beforeEnd?.(answered);
    const kept = decision.keepBytes < body.length ? undefined : body;
    return { ...answered, body: kept, complete: true } satisfies HandlerResponse;
  };
  const exchange: Exchange = {
    request: { ...request, host: 'shop.example', params: {} },
    forward: (options) => run('handler', options),
    replay: (options) => run('nobody', options),
    answer: ({ status }) => void answers.push(`cache ${status}`),
  };
  return { exchange, answers };
}

describe('a cached route', () => {
  it('answers each request once, whatever stands in the fields of both sides', async () => {
    const cache = createCache({ name: 'fuzzed' });
    const route = new HttpCache(cache).route({
      ...{ ttl: '1m', staleIfError: '1m', cookies: ['session'], authorization: 'key' },
    });
    const asked = fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'get', ''),
      url: fc.oneof(fc.constantFrom('/', '/a', '/a?b=1'), fc.string({ unit: 'binary' })),
      headers,
    });
    const answered = fc.record({
      status: fc.constantFrom(200, 204, 206, 304, 404, 500, 999),
      headers,
    });
    const property = fc.asyncProperty(asked, answered, async (request, response) => {
      for (let time = 0; time < 2; time++) {
        const { exchange, answers } = exchangeOf(request, response);
        await route.handle(exchange);
        expect(answers.filter((answer) => answer !== 'nobody')).toHaveLength(1);
      }
    });
    await fc.assert(property, { numRuns: 1_000 });
    expect(({} as Record<string, unknown>)['max-age']).toBeUndefined();
    await cache.close();
  });
});
