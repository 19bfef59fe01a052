import type { History } from './history.ts';
import type { Plan } from './plan.ts';
import { World } from './world.ts';

/** Keys that the workload uses, those of pages last. */
export const keys: readonly string[] = ['a', 'b', 'c', 'p:1', 'p:2'];

/** How long after the last fault every pending invalidation must have been placed. */
const placingMs = 2_500;
/** Then the longest H passes. */
const spreadingMs = 1_500;
const closingMs = 6_000;

/**
 * Runs a plan on virtual time and returns what happened. At the end everything is mended; after a while every
 * process reads every key, so that whatever was not put right shows.
 */
export async function simulate(plan: Plan): Promise<History> {
  const world = new World(plan);
  const { history, time } = world;
  const unhandled = (reason: unknown): void => {
    history.faults.push(`a rejection was not handled: ${String(reason)}`);
  };
  process.on('unhandledRejection', unhandled);
  try {
    await time.runUntil(plan.endMs + placingMs);
    endPending(world);
    await time.runUntil(time.now + spreadingMs);
    readEverything(world);
    const end = time.now + closingMs;
    do await time.runUntil(time.now + 200);
    while (time.now < end && !isAnswered(history));
  } finally {
    process.off('unhandledRejection', unhandled);
  }
  return history;
}

/** What was pending has been placed by now, where the process still lives. */
function endPending({ processes, history, observer }: World): void {
  for (const { name, cache } of processes) {
    const { pendingInvalidations } = cache.stats();
    if (pendingInvalidations > 0) {
      history.faults.push(`${name} still has ${pendingInvalidations} invalidations to place`);
    }
  }
  const alive = new Set(processes.map(({ name }) => name));
  for (const each of history.invalidations) {
    if (each.status !== 'pending' || !alive.has(each.process)) continue;
    each.status = 'placed';
    each.placed = observer.now();
  }
}

function readEverything({ processes, workload, time }: World): void {
  for (const process of processes) {
    for (const key of keys) {
      void workload.perform(process, { kind: 'get', key });
      time.after(10, () => void workload.perform(process, { kind: 'getOrSet', key, loadMs: 1 }));
      time.after(100, () => void workload.perform(process, { kind: 'peek', key }));
    }
  }
}

function isAnswered({ reads, invalidations, loads }: History): boolean {
  return (
    reads.every(({ outcome }) => outcome !== 'pending') &&
    invalidations.every(({ status }) => status !== 'calling') &&
    loads.every(({ result }) => result !== 'running')
  );
}
