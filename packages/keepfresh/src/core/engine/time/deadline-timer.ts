import type { Cancel, Clock } from '../../ports/clock.ts';

/** How late a timer may be before this process itself counts as having stood still. */
const toleratedLateMs = 20;

/**
 * Calls `run` when the monotonic clock has passed `end`, to give up what has not happened by then.
 *
 * When this process stood still (a long turn of the event loop, a machine that gave it no time), answers may
 * have arrived that nobody has read yet, and timers run before they are read. So a timer that comes late
 * gives them one more turn.
 */
export function expireAt(clock: Clock, end: number, run: () => void): Cancel {
  const onTime = (): void => {
    if (clock.monotonic() - end <= toleratedLateMs) return run();
    cancel = clock.schedule(0, run, 'awaited');
  };
  let cancel = clock.schedule(Math.max(0, end - clock.monotonic()), onTime, 'awaited');
  return () => cancel();
}
