import { CacheError } from '../core/errors.ts';
import type { RedisConnection } from './connection.ts';
import type { DurableWait } from './redis-client.ts';

/**
 * Waits until replicas have what this connection wrote last (`WAIT`); rejects with REMOTE_TIMEOUT when too
 * few had it in time. What was written stays written.
 */
export async function waitForReplicas(
  connection: RedisConnection,
  { replicas, waitMs }: DurableWait,
): Promise<void> {
  const reached = Number(await connection.send(['WAIT', String(replicas), String(waitMs)]));
  if (reached >= replicas) return;
  throw new CacheError(
    'REMOTE_TIMEOUT',
    `${reached} of ${replicas} replicas had the invalidation within ${waitMs} ms.`,
  );
}
