import type { Clock } from '../../core/ports/clock.ts';
import { awaitable } from './awaitable.ts';
import type { RedisConnection } from './connection.ts';

/**
 * Opens a connection, uses it, and ends it. Rejects when it cannot be opened, is lost, or when that has taken
 * `withinMs` milliseconds.
 */
export async function useOnce<T>(
  connection: RedisConnection,
  { clock, withinMs }: { readonly clock: Clock; readonly withinMs: number },
  use: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const lost = awaitable<never>();
  const giveUp = (): void => lost.reject(new Error(`Redis did not answer within ${withinMs} ms.`));
  const cancel = clock.schedule(withinMs, giveUp, 'awaited');
  connection.onLost(lost.reject);
  const run = async (): Promise<T> => {
    await connection.connect();
    return use(connection);
  };
  const running = run();
  try {
    return await Promise.race([running, lost.promise]);
  } finally {
    cancel();
    connection.destroy();
    running.catch(() => {});
  }
}
