/**
 * Hunts every mutant and writes the table in the documentation:
 *
 *     node packages/keepfresh/test/simulation/mutants/write-table.ts [seeds]
 *
 * Fails when one survives that is not known to be equivalent.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../run.ts';
import { huntMutant } from './hunt-mutant.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';

const target = join(import.meta.dirname, '../../../../../docs/reference/mutants.md');
const seeds = Number(process.argv[2] ?? 20_000);
const rows = new Map<Mutant, string>();
const survivors: string[] = [];
const waiting = [...mutants];

await Promise.all(Array.from({ length: availableParallelism() }, work));
writeFileSync(target, page());
if (survivors.length > 0) {
  process.stderr.write(`These survived ${seeds} seeds: ${survivors.join(', ')}.\n`);
  process.exitCode = 1;
}

async function work(): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const { named, failures } = await huntMutant(mutant, { seeds, all: true });
    rows.set(mutant, row(mutant, named, failures));
    process.stdout.write(`${rows.get(mutant)}\n`);
    const isKilled = named.length + failures.length > 0;
    if (isKilled === (mutant.equivalent !== undefined)) survivors.push(mutant.name);
  }
}

function row(
  { name, change, equivalent }: Mutant,
  named: Report['named'],
  failures: Report['failures'],
): string {
  const [first] = failures;
  const rules = new Set([...named, ...failures].flatMap((failure) => failure.rules));
  const histories = named.map((each) => each.name).join('; ');
  const cells = [
    `**${name}**`,
    change,
    equivalent ?? [...rules].toSorted().join(', '),
    histories === '' ? '–' : histories,
    first === undefined ? `none in ${seeds}` : String(first.seed),
  ];
  return `| ${cells.join(' | ')} |`;
}

function page(): string {
  return `# Mutants

Each row is keepfresh with one of its defences switched off, by a change of a copy of its source. The simulation
has to notice. \`npm test\` looks for each with the named histories and the first seeds; this page is written by
\`npm run mutants\`, which tries ${seeds} seeds. What the promises are, [the page on consistency](../concepts/consistency.md) says.

| Mutant | What is different | Promise it breaks | Named histories that notice | First seed that notices |
| --- | --- | --- | --- | --- |
${mutants.map((mutant) => rows.get(mutant)).join('\n')}
`;
}
