export { findingCodes, type RedisFinding, type RedisFindingCode } from './verify/finding.ts';
export { redis } from './redis.ts';
export { type RedisReport, type VerifyOptions, verify } from './verify/verify.ts';
export type {
  RedisClusterOptions,
  RedisDurableOptions,
  RedisModelClient,
  RedisOptions,
  RedisSentinelOptions,
} from './redis-options.ts';
export type { RedisArgument } from './connections/connection.ts';
export type { NodeRedisClient } from './connections/node-redis-connection.ts';
export type { NodeRedisCluster, NodeRedisSentinel } from './deployments/node-redis-deployment.ts';
export type { IoredisClient } from './connections/ioredis-connection.ts';
export type { IoredisCluster } from './deployments/ioredis-deployment.ts';
