/** The guide "Snapshots", in one program. */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheError, createCache } from 'keepfresh';

const folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
const file = join(folder, 'shop.ndjson');
const cache = createCache({ name: 'shop' });
await cache.set('product:7', { name: 'Desk lamp' });

// #region export
await writeFile(file, cache.exportEntries());
// #endregion

await cache.set('product:8', { name: 'Bookshelf' });
await cache.clear();
// #region import
const counts = await cache.importEntries(createReadStream(file));
// #endregion
assert.equal(counts.invalidated, 1);

// #region named
await writeFile(file, cache.exportEntries({ keys: ['product:7', 'product:8'] }));
// #endregion

await cache.set('product:7', { name: 'Desk lamp' });
await writeFile(file, cache.exportEntries());
await cache.close();
const other = createCache({ name: 'shop' });

// #region adopt
const refused = other.importEntries(createReadStream(file));
await assert.rejects(refused, (error: CacheError) => error.code === 'SNAPSHOT_REFUSED');
await other.importEntries(createReadStream(file), { adopt: true }); // as if loaded now
// #endregion
assert.deepEqual(other.peek('product:7'), { name: 'Desk lamp' });

// #region progress
const stopped = AbortSignal.timeout(10_000);
await other.importEntries(createReadStream(file), {
  adopt: true,
  signal: stopped,
  onProgress: ({ kept, corrupt }) => console.log(`${kept} kept, ${corrupt} corrupt`),
});
// #endregion

await other.close();
await rm(folder, { recursive: true });
