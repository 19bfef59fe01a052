import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from './actor.ts';

/** In how many trials somebody got the old value. */
export interface OldValues {
  /** From a read that began after the invalidation had resolved. */
  readonly atOnce: number;
  /** From a read that began `drainMs` later, in any process, or in one that has nothing in memory. */
  readonly later: number;
}

export interface TrialOptions {
  readonly trials: number;
  readonly drainMs: number;
  /** Makes it harder: called before rows change and are invalidated. */
  readonly beforeChange?: () => Promise<unknown>;
}

const trialsAtOnce = 50;

/**
 * Runs trials with processes that serve the methods of `HeldLoads`: the first loads, the last changes and
 * invalidates, all read.
 */
export async function countOldValues(
  processes: readonly Actor[],
  options: TrialOptions,
): Promise<OldValues> {
  const { trials, drainMs } = options;
  let atOnce = 0;
  for (let first = 0; first < trials; first += trialsAtOnce) {
    const together = numbers(first, Math.min(trials, first + trialsAtOnce));
    atOnce += await tryTogether(processes, together, options);
  }
  await pause(drainMs);
  const held = await callAll<number[]>(processes, 'readAll', [numbers(0, trials)]);
  const shared = await processes[0]!.call<number[]>('readShared', [numbers(0, trials)]);
  return { atOnce, later: new Set([...held.flat(), ...shared]).size };
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
  { beforeChange }: TrialOptions,
): Promise<number> {
  const [loader, invalidator] = [processes[0]!, processes.at(-1)!];
  await callAll(processes, 'fill', [trials]);
  await loader.call('beginLoads', [trials]);
  await beforeChange?.();
  await invalidator.call('change', [trials]);
  await callAll(processes, 'beginReads', [trials]);
  await loader.call('endLoads');
  const old = await callAll<number[]>(processes, 'endReads', [trials]);
  return new Set(old.flat()).size;
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
