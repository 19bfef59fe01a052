import type { Cancel, Clock, TimerPurpose } from './ports/clock.ts';

// Taken at import: a test suite that later replaces the globals with fakes must not stop a running cache.
const wallNow = Date.now;
const monotonicNow = performance.now.bind(performance);
const startTimer = setTimeout;
const stopTimer = clearTimeout;

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: wallNow,
  monotonic: monotonicNow,
  schedule(delayMs: number, run: () => void, purpose?: TimerPurpose): Cancel {
    const timer = startTimer(run, delayMs);
    if (purpose !== 'awaited') timer.unref();
    return () => stopTimer(timer);
  },
};
