/** The guide "Stale and early", in one program. */
import assert from 'node:assert/strict';
import { db } from './shop-database.ts';
import { createCache, key } from 'keepfresh';

const cache = createCache({ name: 'shop', loads: { ahead: 8 } });

// #region stale
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  ttl: '1m',
  staleWhileRevalidate: '5m', // nobody waits for a refresh
  staleIfError: '1d', // and an outage of the database does not show
});
// #endregion
assert.equal((await product(7))?.name, 'Desk lamp');

// #region timeouts
const report = await cache.getOrSet('report:day', ({ signal }) => buildReport(signal), {
  ttl: '10m',
  staleIfError: '1h',
  softTimeout: '300ms', // then yesterday's report will do, and today's is still made
  loadTimeout: '10s', // then the loader is aborted: a stale value, or LOAD_TIMEOUT
});
// #endregion
assert.equal(report, 'a long table');

// #region errors
const quote = cache.wrap((symbol: string) => fetchQuote(symbol), {
  key: (symbol) => key`quote:${symbol}`,
  ttl: '10s',
  errorTtl: '3s', // who asks within 3 seconds of a failure gets its error, and costs no call
});
// #endregion
await assert.rejects(quote('NONE'), { name: 'UnknownSymbol' });
await assert.rejects(quote('NONE'), { code: 'LOAD_FAILED', message: 'no such symbol: NONE' });

// #region retry
const rates = await cache.getOrSet('rates', fetchRates, {
  ttl: '1m',
  staleIfError: '1d',
  retryAfter: '5s', // then 10, 20, … 160 seconds, while it goes on failing
});
cache.on('load.failed', ({ key, error, pauseMs }) => {
  console.warn(`${key} could not be refreshed, next try in ${pauseMs} ms`, error);
});
// #endregion
assert.equal(rates.eur, 1.08);

// #region early
const front = await cache.getOrSet('page:front', () => db.search(''), {
  ttl: '30s',
  earlyRefresh: true,
});
// #endregion
assert.ok(front.length > 0);

// #region ahead
const menu = cache.wrap((shop: string) => db.search(shop), {
  key: (shop) => key`menu:${shop}`,
  ttl: '1h',
  refreshAhead: 10, // read ten times in its hour: loaded anew before the hour is over
});
// #endregion
assert.ok(Array.isArray(await menu('')));

// #region not-modified
interface Feed {
  readonly etag: string;
  readonly items: readonly string[];
}

const readFeed = (): Promise<Feed> =>
  cache.getOrSet<Feed>(
    'feed',
    async ({ stale, signal, notModified }) => {
      const before = stale as Feed | undefined;
      const headers = before && { 'if-none-match': before.etag };
      const response = await fetchFeed({ headers, signal });
      if (response.status === 304) return notModified(); // the value from before, for another minute
      return { etag: response.etag, items: response.items };
    },
    { ttl: '1m', staleIfError: '1d' },
  );
// #endregion
assert.deepEqual((await readFeed()).items, ['a lamp']);
await cache.expire({ keys: 'feed' });
assert.deepEqual((await readFeed()).items, ['a lamp']);

await cache.close();

function buildReport(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  return Promise.resolve('a long table');
}

function fetchQuote(symbol: string): Promise<number> {
  const error = Object.assign(new Error(`no such symbol: ${symbol}`), { name: 'UnknownSymbol' });
  return Promise.reject(error);
}

function fetchRates(): Promise<{ readonly eur: number }> {
  return Promise.resolve({ eur: 1.08 });
}

/** A server that says 304 to whoever has its one version. */
async function fetchFeed({
  headers,
}: {
  readonly headers: { readonly 'if-none-match': string } | undefined;
  readonly signal: AbortSignal;
}): Promise<{ readonly status: number } & Feed> {
  const same = headers?.['if-none-match'] === '"1"';
  return Promise.resolve({ status: same ? 304 : 200, etag: '"1"', items: same ? [] : ['a lamp'] });
}
