import { invalidArgument } from '../../core/errors.ts';

/** Throws for a prefix that a client puts before keys: scripts name keys that it would not see. */
export function refuseKeyPrefix(keyPrefix: unknown): void {
  if (keyPrefix === undefined || keyPrefix === null || keyPrefix === '') return;
  throw invalidArgument('redis.client', 'without keyPrefix (use the name of the cache)', keyPrefix);
}

/** Throws for a client that reads from replicas: what they answer may be older than an invalidation. */
export function refuseReplicas(setting: string): never {
  throw invalidArgument('redis.client', 'one that reads from masters only', setting);
}
