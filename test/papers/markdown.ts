import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The checkout. */
export const root: string = join(import.meta.dirname, '..', '..');

/** Folders whose Markdown is not ours. */
const foreign = new Set(['node_modules', 'dist', 'coverage', 'data']);

/** Every Markdown file of the repository, as a path from its root. */
export function markdownFiles(folder: string = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const ours = !entry.name.startsWith('.') && !foreign.has(entry.name);
      return ours ? markdownFiles(path) : [];
    }
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

/** The text of a file, by its path from the root. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The rows of all tables of a page, each a list of cells; the headings and rules are left out. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => {
    const isRow = line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? '');
    return isRow ? [cellsOf(line)] : [];
  });
}

/** What stands in the first backticks of a cell; undefined where there are none. */
export function codeIn(cell: string | undefined): string | undefined {
  return /`([^`]+)`/.exec(cell ?? '')?.[1];
}

function isRule(line: string): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}

function cellsOf(line: string): string[] {
  const cells = line.slice(1, -1).split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}
