/** What a user's compiler says of the published types; compiled, never run. */
import { CacheError, createCache, key, type ErrorCode } from 'keepfresh';
import { redis } from 'keepfresh/redis';

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
