/**
 * Runs simulations as a program of its own, for ranges of seeds that a test suite has no time for.
 *
 *     node run.ts --from 1 --seeds 1000     one line of JSON: how many, how long, which failed
 *     node run.ts --from 1 --seeds 1000 --stop    ends at the first that fails
 *     node run.ts --show 17                 the failing history of a seed, shrunk, for a person
 */
import { parseArgs } from 'node:util';
import { drawPlan } from './draw-plan.ts';
import type { Rule } from './history-checker.ts';
import { failureOf, printFailure, shrink } from './shrink.ts';

/** What one run found. */
export interface Report {
  readonly from: number;
  readonly seeds: number;
  readonly ms: number;
  readonly failures: readonly { readonly seed: number; readonly rules: readonly Rule[] }[];
}

// Errors are made by the hundred and nobody reads where.
Error.stackTraceLimit = 0;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    stop: { type: 'boolean', default: false },
    show: { type: 'string' },
  },
});

if (values.show === undefined) {
  const report = await runRange(Number(values.from), Number(values.seeds), values.stop);
  process.stdout.write(`${JSON.stringify(report)}\n`);
} else {
  process.stdout.write(`${await show(Number(values.show))}\n`);
}

async function runRange(from: number, seeds: number, stop: boolean): Promise<Report> {
  const startedAt = performance.now();
  const failures: { seed: number; rules: Rule[] }[] = [];
  let seed = from;
  while (seed < from + seeds && !(stop && failures.length > 0)) {
    const failure = await failureOf(drawPlan(seed));
    const rules = new Set(failure?.violations.map(({ rule }) => rule));
    if (failure !== undefined) failures.push({ seed, rules: [...rules] });
    seed++;
  }
  return { from, seeds: seed - from, ms: Math.round(performance.now() - startedAt), failures };
}

async function show(seed: number): Promise<string> {
  const failure = await failureOf(drawPlan(seed));
  return failure === undefined
    ? `seed ${seed} keeps every promise`
    : printFailure(await shrink(failure));
}
