import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plot, Unit } from '../questions/question.ts';

/** What came of asking a question, as it is kept in `results/`. */
export interface Result {
  readonly question: string;
  readonly title: string;
  readonly note: string;
  readonly columns: Readonly<Record<string, Unit>>;
  readonly floor?: string | undefined;
  readonly plots?: readonly Plot[] | undefined;
  readonly rounds: number;
  readonly date: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly contender: string;
  /** Empty where there is no package. */
  readonly version: string;
  readonly note?: string | undefined;
  /** By column; numbers are medians of the rounds. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Why there are no answers. */
  readonly problem?: string | undefined;
}

export interface Answer {
  readonly value: number | string;
  /** Smallest and largest of the rounds, where there were several. */
  readonly range?: readonly [number, number];
}

const folder = join(import.meta.dirname, '..', 'results');

export function writeResult(result: Result): void {
  const file = join(folder, `${result.question}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** All that were kept, by the name of their question. */
export function readResults(): Map<string, Result> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const results = files.map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result,
  );
  return new Map(results.map((result) => [result.question, result]));
}
