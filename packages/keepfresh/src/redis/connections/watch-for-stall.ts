import type { Cancel, Clock } from '../../core/ports/clock.ts';
import type { RedisConnection } from './connection.ts';

const tickMs = 500;
const ticksUntilSlow = 2;
const toleratedTicks = 6;

/** What is told to whoever watches a connection. */
export interface StallWatch {
  readonly clock: Clock;
  /** Called every half second once a second has passed without an answer; it may still come. */
  readonly onSlow: () => void;
  /** Called with each answer. */
  readonly onAnswer: () => void;
  /** Called once when six ticks have passed: the connection is given up. */
  readonly onStall: (cause: Error) => void;
}

/**
 * Pings a connection every half second and tells when no answer comes: a connection whose other end vanished
 * looks like a slow one for many minutes otherwise. Ticks are counted, not time: while this process itself
 * stood still, answers could not be read.
 */
export function watchForStall(connection: RedisConnection, watch: StallWatch): Cancel {
  const { clock, onAnswer, onSlow, onStall } = watch;
  let unanswered = 0;
  let cancel: Cancel;
  const answered = (): void => {
    unanswered = 0;
    onAnswer();
  };
  const tick = (): void => {
    if (unanswered >= toleratedTicks) {
      onStall(new Error(`Redis did not answer for ${toleratedTicks * tickMs} ms.`));
      return;
    }
    if (unanswered >= ticksUntilSlow) onSlow();
    if (unanswered === 0) connection.send(['PING']).then(answered, () => {});
    unanswered++;
    cancel = clock.schedule(tickMs, tick);
  };
  cancel = clock.schedule(tickMs, tick);
  return () => cancel();
}
