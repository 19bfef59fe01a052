/** The guide "Warming", in one program. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache, key, type WarmCall } from 'keepfresh';
import { db } from './shop-database.ts';

const file = join(tmpdir(), `hottest-${process.pid}.json`);
const warn = (line: string): void => console.log(line);

// #region keep
const cache = createCache({
  name: 'shop',
  warming: {
    keep: {
      read: async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) as unknown,
      write: (list) => writeFile(file, JSON.stringify(list)),
    },
  },
});
// #endregion

// #region remember
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  tags: (found) => (found === null ? [] : ['products']),
  remember: 'product', // the name under which its hottest calls are kept
});
// #endregion

// #region start
const report = await cache.warm({ within: '20s', concurrent: 8 });
if (report.failed > 0) warn(`${report.failed} of ${report.done} calls failed`);
// #endregion
assert.equal(report.ended, 'complete');

// #region calls
const controller = new AbortController();
await cache.warm({
  calls: [7, 8, 9].map((id) => () => product(id)),
  signal: controller.signal,
  onProgress: ({ done, failed }) => console.log(`${done} done, ${failed} failed`),
});
// #endregion
assert.ok(product.peek(7));

// #region cursor
async function* bestsellers(): AsyncGenerator<WarmCall> {
  for (const id of [7, 8]) yield () => product.refresh(id); // from a cursor of the database, say
}
const stop = cache.warmEvery('10m', { calls: bestsellers });
// #endregion
stop();

for (let n = 0; n < 100; n++) await product(8);
// #region hottest
const { calls, tags } = cache.hottest();
// #endregion
assert.deepEqual(calls[0]?.args, [8]);
assert.equal(tags[0]?.tag, 'products');

await cache.close();
assert.match(await readFile(file, 'utf8'), /"product"/);
await rm(file);
