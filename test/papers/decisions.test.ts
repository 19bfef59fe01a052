import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeIn, root, tableRows, textOf } from './markdown.ts';

const folder = join('docs', 'decisions');

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

function manifest(...path: string[]): Manifest {
  return JSON.parse(readFileSync(join(root, ...path, 'package.json'), 'utf8')) as Manifest;
}

/** Every package that any part of the repository depends on, our own left out. */
function dependencies(): Set<string> {
  const top = manifest();
  const all = [top, ...(top.workspaces ?? []).map((path) => manifest(path))];
  const names = all.flatMap((one) => [
    ...Object.keys(one.dependencies ?? {}),
    ...Object.keys(one.devDependencies ?? {}),
    ...Object.keys(one.optionalDependencies ?? {}),
    ...Object.keys(one.peerDependencies ?? {}),
  ]);
  return new Set(names.filter((name) => name !== 'keepfresh'));
}

const pages = readdirSync(join(root, folder)).filter((file) => file.endsWith('.md'));
const choices = pages.filter((file) => file !== 'README.md' && file !== 'dependencies.md');

describe('the decisions', () => {
  it('give a reason for every dependency, and for nothing else', () => {
    const named = tableRows(textOf(join(folder, 'dependencies.md'))).map(([cell]) => codeIn(cell));
    expect(named.toSorted()).toEqual([...dependencies()].toSorted());
  });

  it('say why in the row of every dependency', () => {
    const rows = tableRows(textOf(join(folder, 'dependencies.md')));
    expect(rows.filter((cells) => cells.slice(1).some((cell) => cell.length < 10))).toEqual([]);
  });

  it.each(choices)('have context, choice, consequences and an end: %s', (file) => {
    const headings = [...textOf(join(folder, file)).matchAll(/^## (.+)$/gm)].map(
      ([, text]) => text,
    );
    expect(headings).toEqual(['Context', 'Choice', 'Consequences', 'What would change our mind']);
  });

  it('are all in the list', () => {
    const list = textOf(join(folder, 'README.md'));
    expect(pages.filter((file) => file !== 'README.md' && !list.includes(`(${file})`))).toEqual([]);
  });
});
