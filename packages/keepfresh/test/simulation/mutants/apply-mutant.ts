import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Mutant } from './mutant.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');
const packageFolder = join(root, 'packages', 'keepfresh');

/** The library, its simulation and the processes of its chaos. */
const parts = ['src', 'test/simulation', 'test/chaos'];

/** A copy of the library and its simulation with a mutant's change, in a folder of its own. */
export interface MutantCopy extends Disposable {
  /** The program that runs simulations of it. */
  readonly program: string;
  /** The module of a process that uses it on real servers. */
  readonly process: string;
}

/** Throws when the text that a patch replaces does not stand in its file exactly once. */
export function applyMutant({ name, patches }: Pick<Mutant, 'name' | 'patches'>): MutantCopy {
  const folder = mkdtempSync(join(tmpdir(), 'keepfresh-mutant-'));
  const copy = join(folder, relative(root, packageFolder));
  for (const part of parts)
    cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
  cpSync(join(root, 'test/adversarial'), join(folder, 'test/adversarial'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const { file, find, replace } of patches) {
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    const count = source.split(find).length - 1;
    if (count !== 1) {
      throw new Error(
        `mutant '${name}': in ${file} this stands ${count} times, not once:\n${find}`,
      );
    }
    writeFileSync(
      path,
      source.replace(find, () => replace),
    );
  }
  return {
    program: join(copy, 'test/simulation/run.ts'),
    process: join(copy, 'test/chaos/process.ts'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
