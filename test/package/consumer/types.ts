/** What a user's compiler says of the published types; compiled, never run. */
import { CacheError, createCache, key, type ErrorCode } from 'keepfresh';
import { CacheManager } from 'keepfresh/cache-manager';
import { userKey } from 'keepfresh/keys';
import { KeyvStore } from 'keepfresh/keyv';
import { describeCaching } from 'keepfresh/openapi';
import { redis } from 'keepfresh/redis';
import { UndiciCacheStore } from 'keepfresh/undici';
import { unstorageDriver } from 'keepfresh/unstorage';

interface Product {
  readonly id: number;
  readonly name: string;
}

const cache = createCache({
  name: 'consumer',
  memory: { maxBytes: '64mb' },
  remote: redis({ url: 'redis://127.0.0.1' }),
  profiles: { short: { ttl: '10s' } },
});

export const product: Product = await cache.getOrSet(
  key`product:${7}`,
  (): Product => ({ id: 7, name: 'Lamp' }),
  { profile: 'short', tags: (value) => [`product:${value.id}`] },
);

// @ts-expect-error A profile that does not exist is refused by the compiler.
await cache.getOrSet(key`product:${7}`, () => product, { profile: 'long' });

export const code: ErrorCode | undefined =
  (product as unknown) instanceof CacheError ? 'CLOSED' : undefined;

// None of these needs the types of what it stands in for.
export const price: number | undefined = await new CacheManager(cache).get<number>(userKey(42));
export const held: boolean = await new KeyvStore(cache).has('a');
export const found = await new UndiciCacheStore(cache).get({
  origin: 'a',
  method: 'GET',
  path: '/',
});
export const text: string | null = await unstorageDriver(cache).getItem('a');
export const described = describeCaching({ openapi: '3.1.0', paths: {} }, {}).openapi;
