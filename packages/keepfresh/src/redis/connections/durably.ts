import { CacheError } from '../../core/errors.ts';
import type { RedisConnection } from './connection.ts';
import type { DurableWait } from '../deployments/redis-client.ts';
import type { ServerLink } from './server-link.ts';

/**
 * What `write` gives, once replicas have what it wrote over this connection (`WAIT`), which nobody else may use
 * meanwhile for anything but such writes. Rejects with REMOTE_TIMEOUT when too few had it in time; what was written
 * stays written.
 */
export async function durably(
  link: ServerLink,
  wait: DurableWait,
  write: () => Promise<unknown>,
): Promise<unknown> {
  await link.ready();
  // Another one would know nothing of what was written here.
  const { connection } = link;
  const reply = await write();
  await waitForReplicas(connection, wait);
  return reply;
}

async function waitForReplicas(
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
