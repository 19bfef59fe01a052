import { questions } from '../questions/index.ts';
import { readResults } from './result.ts';
import { toMarkdown } from './table.ts';

const opening = `# Benchmarks

Written by \`npm run bench\`; what is fair about it and what the numbers do not say is in
[benchmarks/README.md](../../benchmarks/README.md). A dash stands for what a library does not offer.
`;

/** The page of all results that were kept. */
export function report(): string {
  const results = readResults();
  const known = questions.filter((name) => results.has(name));
  return [opening, ...known.map((name) => toMarkdown(results.get(name)!))].join('\n');
}
