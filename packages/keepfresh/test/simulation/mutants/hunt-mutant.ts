import { execFile } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import { promisify } from 'node:util';
import type { Report } from '../run.ts';
import { applyMutant } from './apply-mutant.ts';
import type { Mutant } from './mutant.ts';

const execute = promisify(execFile);

/** Hunts only compute: no more of them at once than there are processors, and behind whoever waits for a server. */
const lanes: Promise<void>[] = Array.from({ length: availableParallelism() }, async () => {});
const niceness = 10;
let hunts = 0;

/**
 * Lets the named histories and then a range of seeds look for a promise that a mutant breaks; up to the first
 * that is found, or, when asked for all, through all named histories and up to the first seed. Runs in a process
 * of its own, which the signal ends.
 */
export async function huntMutant(
  mutant: Pick<Mutant, 'name' | 'patches'>,
  options: { readonly seeds: number; readonly all?: boolean; readonly signal?: AbortSignal },
): Promise<Pick<Report, 'failures' | 'named'>> {
  using copy = applyMutant(mutant);
  const { signal } = options;
  const run = (...args: string[]): Promise<Report> =>
    inLane(() => hunt(copy.program, args, signal));
  const seeds = String(options.seeds);
  if (options.all !== true) return await run('--stop', '--named', '--seeds', seeds);
  const { named } = await run('--named', '--seeds', '0');
  const { failures } = await run('--stop', '--seeds', seeds);
  return { named, failures };
}

async function hunt(
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Report> {
  const hunting = execute(process.execPath, [program, ...args], { signal });
  if (hunting.child.pid !== undefined) setPriority(hunting.child.pid, niceness);
  return JSON.parse((await hunting).stdout) as Report;
}

async function inLane<T>(work: () => Promise<T>): Promise<T> {
  const lane = hunts++ % lanes.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = lanes[lane];
  lanes[lane] = promise;
  await before;
  return work().finally(resolve);
}
