export { redis } from './redis.ts';
export type { RedisOptions } from './redis-options.ts';
export type { NodeRedisClient, RedisArgument } from './node-redis-client.ts';
