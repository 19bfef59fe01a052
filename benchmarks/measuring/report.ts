import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { questions } from '../questions/index.ts';
import { toSvg } from './plot.ts';
import { readResults } from './result.ts';
import { plotFolder, toMarkdown } from './table.ts';

const opening = `# Benchmarks

Written by \`npm run bench\`; what is fair about it and what the numbers do not say is in
[benchmarks/README.md](../../benchmarks/README.md). A dash stands for what a library does not offer.
`;

const reference = join(import.meta.dirname, '..', '..', 'docs', 'reference');

/** Writes the page of all results that were kept, and its plots. */
export function writeReport(): void {
  const results = readResults();
  const known = questions.flatMap((name) => results.get(name) ?? []);
  const page = [opening, ...known.map(toMarkdown)].join('\n');
  writeFileSync(join(reference, 'benchmarks.md'), page);
  mkdirSync(join(reference, plotFolder), { recursive: true });
  for (const { plots = [], rows } of known) {
    for (const plot of plots) {
      writeFileSync(join(reference, plotFolder, `${plot.name}.svg`), toSvg(plot, rows));
    }
  }
}
