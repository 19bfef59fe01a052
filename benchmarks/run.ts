/**
 * `run.ts <question> [contender…]` asks one question and keeps the result; with contenders named, it only
 * prints. `run.ts all` asks every question. `run.ts report` writes the page of all results that were kept.
 */
import { ask } from './measuring/ask.ts';
import { askedBy, questionNamed } from './measuring/contestant.ts';
import { writeReport } from './measuring/report.ts';
import { writeResult } from './measuring/result.ts';
import { toMarkdown } from './measuring/table.ts';
import { questions } from './questions/index.ts';

async function askAndPrint(name: string, only: readonly string[]): Promise<void> {
  const question = await questionNamed(name);
  const chosen = askedBy(question).filter((each) => only.length === 0 || only.includes(each.name));
  const result = await ask(name, question, chosen);
  console.log(`\n${toMarkdown(result)}`);
  if (only.length === 0) writeResult(result);
}

const [first = '', ...rest] = process.argv.slice(2);
if (first === 'all') for (const name of questions) await askAndPrint(name, []);
else if (questions.includes(first)) await askAndPrint(first, rest);
else if (first !== 'report') {
  console.error(`Ask one of: ${questions.join(', ')}, all, report.`);
  process.exit(1);
}
writeReport();
process.exit();
