import type { Clock } from '../../ports/clock.ts';

/** Resolves after so many milliseconds. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve, 'awaited');
  });
}
