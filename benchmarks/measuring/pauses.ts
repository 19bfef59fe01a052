import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** How the event loop fared while something ran. */
export interface Pauses {
  /** Longest time between two turns of the event loop, in milliseconds. */
  readonly longestMs: number;
  /** The most that this thread computed between two turns, in milliseconds: not what other processes took from it. */
  readonly longestComputedMs: number;
  /** Time in the garbage collector, in milliseconds, where it stopped this thread. */
  readonly collectingMs: number;
  /** Processor time of the process, in milliseconds, helper threads included. */
  readonly computedMs: number;
}

/**
 * Calls `step` in `turns` turns of the event loop that are a millisecond or more apart, and tells how long the
 * loop was held up. What runs between the steps, timers for example, counts.
 */
export async function watchPauses(turns: number, step: (turn: number) => void): Promise<Pauses> {
  let collectingMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collectingMs += duration;
  });
  observer.observe({ entryTypes: ['gc'] });
  const start = process.cpuUsage();
  let longestMs = 0;
  let longestComputedMs = 0;
  for (let turn = 0; turn < turns; turn++) {
    const before = performance.now();
    const computed = process.threadCpuUsage();
    step(turn);
    await pause(1);
    longestMs = Math.max(longestMs, performance.now() - before - 1);
    longestComputedMs = Math.max(longestComputedMs, milliseconds(process.threadCpuUsage(computed)));
  }
  const computedMs = milliseconds(process.cpuUsage(start));
  // Entries of the observer come in a later turn.
  await pause(10);
  observer.disconnect();
  return { longestMs, longestComputedMs, collectingMs, computedMs };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}
