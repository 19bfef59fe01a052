export { findingCodes, type RedisFinding, type RedisFindingCode } from './finding.ts';
export { redis } from './redis.ts';
export { type RedisReport, type VerifyOptions, verify } from './verify.ts';
export type {
  RedisClusterOptions,
  RedisDurableOptions,
  RedisModelClient,
  RedisOptions,
  RedisSentinelOptions,
} from './redis-options.ts';
export type { RedisArgument } from './connection.ts';
export type { NodeRedisClient } from './node-redis-connection.ts';
export type { NodeRedisCluster, NodeRedisSentinel } from './node-redis-deployment.ts';
export type { IoredisClient } from './ioredis-connection.ts';
export type { IoredisCluster } from './ioredis-deployment.ts';
