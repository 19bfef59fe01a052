import { asyncCacheDedupe } from './async-cache-dedupe.ts';
import { bentocache } from './bentocache.ts';
import { cacheManager } from './cache-manager.ts';
import { cacheable } from './cacheable.ts';
import { cachified } from './cachified.ts';
import type { Contender } from './contender.ts';
import { keepfresh } from './keepfresh.ts';
import { keepfreshDecorated, keepfreshTemplate } from './keepfresh-decorated.ts';
import { keepfreshWrap } from './keepfresh-wrap.ts';
import { keepfreshCopied } from './keepfresh-copied.ts';
import { keepfreshShared } from './keepfresh-shared.ts';
import { keepfreshStrict } from './keepfresh-strict.ts';
import { lruCache } from './lru-cache.ts';
import { lruCacheCoarse } from './lru-cache-coarse.ts';
import { nodeRedis, nodeRedisUntimed } from './node-redis.ts';

/** The libraries that read through memory and Redis; most questions are asked of all of them. */
export const libraries: readonly Contender[] = [
  keepfresh,
  bentocache,
  cacheable,
  cacheManager,
  asyncCacheDedupe,
  cachified,
];

/** Everybody who answers a question. */
export const contenders: readonly Contender[] = [
  ...libraries,
  keepfreshStrict,
  keepfreshCopied,
  keepfreshShared,
  keepfreshWrap,
  keepfreshDecorated,
  keepfreshTemplate,
  nodeRedis,
  nodeRedisUntimed,
  lruCache,
  lruCacheCoarse,
];

/** The contender of this name. */
export function contenderNamed(name: string): Contender {
  const found = contenders.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no contender named ${name}`);
  return found;
}
