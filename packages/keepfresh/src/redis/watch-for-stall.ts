import type { Cancel, Clock } from '../core/ports/clock.ts';
import type { NodeRedisClient } from './node-redis-client.ts';

const tickMs = 500;
const toleratedTicks = 6;

/**
 * Pings a connection every half second and calls `onStall` once six ticks passed without an answer: a
 * connection whose other end vanished looks like a slow one for many minutes otherwise. Ticks are counted,
 * not time: while this process itself stood still, answers could not be read.
 */
export function watchForStall(
  client: NodeRedisClient,
  clock: Clock,
  onStall: (cause: Error) => void,
): Cancel {
  let unanswered = 0;
  let cancel: Cancel;
  const answered = (): void => {
    unanswered = 0;
  };
  const tick = (): void => {
    if (unanswered >= toleratedTicks) {
      onStall(new Error(`Redis did not answer for ${toleratedTicks * tickMs} ms.`));
      return;
    }
    if (unanswered === 0) client.sendCommand(['PING']).then(answered, () => {});
    unanswered++;
    cancel = clock.schedule(tickMs, tick);
  };
  cancel = clock.schedule(tickMs, tick);
  return () => cancel();
}
