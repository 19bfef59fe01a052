/** The guide "Configuration", in one program. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCache,
  environmentConfiguration,
  parseConfiguration,
  standardProfiles,
} from 'keepfresh';

const folder = await mkdtemp(join(tmpdir(), 'configuration-'));
const file = join(folder, 'cache.json');
await writeFile(
  file,
  '{ "memory": { "maxBytes": "128mb" }, "profiles": { "search": { "ttl": "1m" } } }',
);

// #region profiles
const cache = createCache({
  name: 'shop',
  profiles: { ...standardProfiles, search: { ttl: '2m' } },
  never: ['balance:*', '*:payout'],
});
await cache.getOrSet('menu', () => ['lamps', 'shelves'], { profile: 'cold' });
// #endregion

// #region file
cache.configure(parseConfiguration(JSON.parse(await readFile(file, 'utf8'))));
// #endregion
assert.deepEqual(cache.configuration().profiles, {
  ...standardProfiles,
  search: { ttl: '1m' },
});

// #region environment
const environment = { CACHE_DEFAULTS_TTL: '10m', CACHE_NEVER: 'balance:*,*:payout' }; // process.env
const reports = createCache({ name: 'reports', ...environmentConfiguration(environment) });
// #endregion

// #region configure
cache.configure({ profiles: { search: { ttl: '30s' } }, memory: { maxBytes: '64mb' } });
cache.configure({ memory: { maxBytes: null } }); // null brings back the default
// #endregion
assert.equal(cache.peek<string[]>('menu')?.length, 2);

// #region keep
cache.on('configured', ({ changed }) => {
  console.log(`changed: ${changed.join(', ')}`);
  return writeFile(file, JSON.stringify(cache.configuration()));
});
// #endregion

// #region namespace
const sessions = cache.namespace('sessions', {
  maxTtl: '1h',
  maxKeyBytes: 200,
  memory: { maxEntries: 10_000 },
});
// #endregion
await sessions.set('a', 1, { ttl: '1d' });

assert.throws(
  () => parseConfiguration({ defaults: { tll: '5m' }, loads: { concurrent: 0 } }),
  /2 options are wrong/,
);
for (const each of [cache, reports]) await each.close();
await rm(folder, { recursive: true });
