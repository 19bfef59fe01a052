import type { Clock } from '../../core/ports/clock.ts';
import type { RedisConnection } from './connection.ts';

const mostAsked = 3;
const preciseMs = 5;

/**
 * A server's wall clock minus ours, in milliseconds: from the question that was answered soonest, of three at
 * most, and wrong by no more than half the time that answer took.
 */
export async function clockOffset(connection: RedisConnection, clock: Clock): Promise<number> {
  let best = { tookMs: Infinity, offsetMs: 0 };
  for (let asked = 0; asked < mostAsked && best.tookMs > preciseMs; asked++) {
    const sentAt = clock.now();
    const [seconds, microseconds] = (await connection.send(['TIME'])) as [Buffer, Buffer];
    const tookMs = clock.now() - sentAt;
    const serverMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    if (tookMs < best.tookMs) best = { tookMs, offsetMs: serverMs - (sentAt + tookMs / 2) };
  }
  return best.offsetMs;
}
