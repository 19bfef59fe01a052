import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from './actor.ts';

/** In how many trials somebody got the old value. */
export interface OldValues {
  /** From a read that began after the invalidation had resolved. */
  readonly atOnce: number;
  /** From a read that began `drainMs` later. */
  readonly later: number;
}

const trialsAtOnce = 50;

/**
 * Runs trials with processes that serve the methods of `HeldLoads`: the first loads, the last changes and
 * invalidates, all read.
 */
export async function countOldValues(
  processes: readonly Actor[],
  { trials, drainMs }: { readonly trials: number; readonly drainMs: number },
): Promise<OldValues> {
  let atOnce = 0;
  for (let first = 0; first < trials; first += trialsAtOnce) {
    atOnce += await tryTogether(processes, numbers(first, Math.min(trials, first + trialsAtOnce)));
  }
  await pause(drainMs);
  const later = await callAll<number[]>(processes, 'readAll', [numbers(0, trials)]);
  return { atOnce, later: new Set(later.flat()).size };
}

/** Calls a function in each of the processes. */
export function callAll<T>(
  processes: readonly Actor[],
  name: string,
  args: readonly unknown[] = [],
): Promise<T[]> {
  return Promise.all(processes.map((process) => process.call<T>(name, args)));
}

async function tryTogether(
  processes: readonly Actor[],
  trials: readonly number[],
): Promise<number> {
  const [loader, invalidator] = [processes[0]!, processes.at(-1)!];
  await loader.call('beginLoads', [trials]);
  await invalidator.call('change', [trials]);
  await callAll(processes, 'beginReads', [trials]);
  await loader.call('endLoads');
  const old = await callAll<number[]>(processes, 'endReads');
  return new Set(old.flat()).size;
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
