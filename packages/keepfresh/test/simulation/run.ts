/**
 * Runs simulations as a program of its own, for ranges of seeds that a test suite has no time for.
 *
 *     node run.ts --from 1 --seeds 1000     one line of JSON: how many, how long, which failed
 *     node run.ts --from 1 --seeds 1000 --stop    ends at the first that fails
 *     node run.ts --named --seeds 1000 --stop     the named histories first, up to the first that fails
 *     node run.ts --cases 3 --deviations 1 --part 1/4     every order of small cases; a part of them
 *     node run.ts --show 17                 the failing history of a seed, shrunk, for a person
 */
import { parseArgs } from 'node:util';
import { drawPlan } from './draw-plan.ts';
import type { SmallCase } from './play-case.ts';
import { exploreCase } from './explore-case.ts';
import type { Rule } from './history-checker.ts';
import { namedHistories } from './named-histories/named-histories.ts';
import { printHistory } from './print-history.ts';
import { type Failure, failureOf, printFailure, shrink } from './shrink.ts';
import { smallCases } from './small-cases.ts';

/** What an exploration of small cases found. */
export interface CaseReport {
  readonly cases: number;
  readonly orders: number;
  readonly ms: number;
  /** The broken cases, each with the history of its first broken order. */
  readonly broken: readonly { readonly rules: readonly Rule[]; readonly text: string }[];
}

/** What one run found. */
export interface Report {
  readonly from: number;
  readonly seeds: number;
  readonly ms: number;
  readonly failures: readonly { readonly seed: number; readonly rules: readonly Rule[] }[];
  /** The named histories that failed. */
  readonly named: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

// Errors are made by the hundred and nobody reads where.
Error.stackTraceLimit = 0;

/** They differ in the delays of messages. */
const seedsOfNamed = 4;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
    named: { type: 'boolean', default: false },
    stop: { type: 'boolean', default: false },
    show: { type: 'string' },
    cases: { type: 'string' },
    deviations: { type: 'string', default: '1' },
    part: { type: 'string', default: '1/1' },
  },
});

if (values.cases !== undefined) {
  const [part, parts] = values.part.split('/').map(Number);
  const size = values.cases === '2' ? 2 : 3;
  const cases = smallCases(size, { all: true }).filter(
    (_deeds, index) => index % parts! === part! - 1,
  );
  const report = await exploreCases(cases, Number(values.deviations));
  process.stdout.write(`${JSON.stringify(report)}\n`);
} else if (values.show === undefined) {
  const { from, seeds, stop, named } = values;
  const failed = named ? await runNamed({ stop }) : [];
  const isOver = stop && failed.length > 0;
  const range = { from: Number(from), seeds: isOver ? 0 : Number(seeds), stop };
  const report = await runRange(range, failed);
  process.stdout.write(`${JSON.stringify(report)}\n`);
} else {
  process.stdout.write(`${await show(Number(values.show))}\n`);
}

async function runRange(
  { from, seeds, stop }: { from: number; seeds: number; stop: boolean },
  named: Report['named'],
): Promise<Report> {
  const startedAt = performance.now();
  const failures: { seed: number; rules: Rule[] }[] = [];
  let seed = from;
  while (seed < from + seeds && !(stop && failures.length > 0)) {
    const rules = rulesOf(await failureOf(drawPlan(seed)));
    if (rules.length > 0) failures.push({ seed, rules });
    seed++;
  }
  const ms = Math.round(performance.now() - startedAt);
  return { from, seeds: seed - from, ms, failures, named };
}

async function exploreCases(cases: readonly SmallCase[], deviations: number): Promise<CaseReport> {
  const startedAt = performance.now();
  const broken: { rules: Rule[]; text: string }[] = [];
  let orders = 0;
  for (const smallCase of cases) {
    const explored = await exploreCase(smallCase, { deviations });
    orders += explored.orders;
    if (explored.broken === undefined) continue;
    const { violations, history } = explored.broken;
    const rules = [...new Set(violations.map(({ rule }) => rule))];
    broken.push({
      rules,
      text: `${JSON.stringify(smallCase)}\n${printHistory(history, violations)}`,
    });
    if (values.stop) break;
  }
  const ms = Math.round(performance.now() - startedAt);
  return { cases: cases.length, orders, ms, broken };
}

/** Every history with its first seed comes before any with its second: most that is broken shows at once. */
async function runNamed({ stop }: { stop: boolean }): Promise<Report['named']> {
  const found = namedHistories.map(({ name, plan }) => ({ name, plan, rules: new Set<Rule>() }));
  for (let seed = 1; seed <= seedsOfNamed; seed++) {
    for (const { name, plan, rules } of found) {
      for (const rule of rulesOf(await failureOf(plan(seed)))) rules.add(rule);
      if (stop && rules.size > 0) return [{ name, rules: [...rules] }];
    }
  }
  const failed = found.filter(({ rules }) => rules.size > 0);
  return failed.map(({ name, rules }) => ({ name, rules: [...rules] }));
}

function rulesOf(failure: Failure | undefined): Rule[] {
  return [...new Set(failure?.violations.map(({ rule }) => rule))];
}

async function show(seed: number): Promise<string> {
  const failure = await failureOf(drawPlan(seed));
  return failure === undefined
    ? `seed ${seed} keeps every promise`
    : printFailure(await shrink(failure));
}
