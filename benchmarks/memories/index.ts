import { keepfreshCache } from './keepfresh-cache.ts';
import { keepfreshFifo } from './keepfresh-fifo.ts';
import { keepfreshLfu } from './keepfresh-lfu.ts';
import { keepfreshLru } from './keepfresh-lru.ts';
import { keepfreshS3Fifo } from './keepfresh-s3-fifo.ts';
import { keepfreshTtl } from './keepfresh-ttl.ts';
import { lruCache } from './lru-cache.ts';
import { type MemoryContender, withExpiry } from './memory.ts';
import { mnemonist } from './mnemonist.ts';
import { quickLru } from './quick-lru.ts';
import { tinyLru } from './tiny-lru.ts';
import { ttlcache } from './ttlcache.ts';

/** keepfresh with each of its policies, its default first. */
export const policies: readonly MemoryContender[] = [
  keepfreshS3Fifo,
  keepfreshLru,
  keepfreshLfu,
  keepfreshFifo,
  keepfreshTtl,
];

/** What others publish for the memory of one process. */
export const peers: readonly MemoryContender[] = [lruCache, tinyLru, quickLru, mnemonist, ttlcache];

/** Who is asked what a memory costs: everybody, and with expiring entries whoever has them as an option. */
export const everybody: readonly MemoryContender[] = [
  ...policies,
  withExpiry(policies[0]!),
  keepfreshCache,
  ...peers.flatMap((each) => (each.expiry === undefined ? [each, withExpiry(each)] : [each])),
];
