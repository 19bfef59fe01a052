import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Report } from '../run.ts';
import { applyMutant } from './apply-mutant.ts';
import type { Mutant } from './mutant.ts';

const execute = promisify(execFile);

/**
 * Lets the named histories and then a range of seeds look for a promise that a mutant breaks; up to the first
 * that is found, or, when asked for all, up to the first in each of both. Runs in a process of its own.
 */
export async function huntMutant(
  mutant: Pick<Mutant, 'name' | 'patches'>,
  options: { readonly seeds: number; readonly all?: boolean },
): Promise<Pick<Report, 'failures' | 'named'>> {
  using copy = applyMutant(mutant);
  const run = async (...args: string[]): Promise<Report> => {
    const { stdout } = await execute(process.execPath, [copy.program, '--stop', ...args]);
    return JSON.parse(stdout) as Report;
  };
  const seeds = String(options.seeds);
  if (options.all !== true) return await run('--named', '--seeds', seeds);
  const { named } = await run('--named', '--seeds', '0');
  const { failures } = await run('--seeds', seeds);
  return { named, failures };
}
