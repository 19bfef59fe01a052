import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

const packageFolder = join(import.meta.dirname, '..', '..', '..');

/** A copy of the library and its simulation with a mutant's change, in a folder of its own. */
export interface MutantCopy extends Disposable {
  /** The program that runs simulations of it. */
  readonly program: string;
}

/** Throws when the text that a patch replaces does not stand in its file exactly once. */
export function applyMutant({ name, patches }: Pick<Mutant, 'name' | 'patches'>): MutantCopy {
  const folder = mkdtempSync(join(tmpdir(), 'keepfresh-mutant-'));
  for (const part of ['src', 'test/simulation']) {
    cpSync(join(packageFolder, part), join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const { file, find, replace } of patches) {
    const path = join(folder, file);
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
    program: join(folder, 'test/simulation/run.ts'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
