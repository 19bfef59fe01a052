import type { History } from './history.ts';
import { check, type Rule, type Violation } from './history-checker.ts';
import type { Plan, Step } from './plan.ts';
import { printHistory } from './print-history.ts';
import { simulate } from './simulate.ts';

export interface Failure {
  readonly plan: Plan;
  readonly history: History;
  readonly violations: readonly Violation[];
}

/** Runs a plan and returns what it breaks, or undefined when it keeps every promise. */
export async function failureOf(plan: Plan): Promise<Failure | undefined> {
  const history = await simulate(plan);
  const violations = check(history);
  return violations.length === 0 ? undefined : { plan, history, violations };
}

/**
 * Looks for a smaller plan that breaks the same promise: it leaves out steps, half of them, a quarter and so
 * on down to single ones, and evens out delays, as long as that helps. At most `runs` simulations.
 */
export async function shrink(failure: Failure, runs = 400): Promise<Failure> {
  const { rule } = failure.violations[0]!;
  let smallest = failure;
  let left = runs;
  const accepts = async (plan: Plan): Promise<boolean> => {
    if (left-- <= 0) return false;
    const smaller = await failureOf(plan);
    if (smaller?.violations.some((each) => each.rule === rule) !== true) return false;
    smallest = { ...smaller, violations: sorted(smaller.violations, rule) };
    return true;
  };
  for (let before = -1; before !== smallest.plan.steps.length && left > 0;) {
    before = smallest.plan.steps.length;
    for (let size = Math.ceil(before / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
      for (let from = 0; from < smallest.plan.steps.length;) {
        const steps = smallest.plan.steps.toSpliced(from, size);
        if (!(await accepts({ ...smallest.plan, steps }))) from += size;
      }
    }
    for (const simpler of simplerOnes(smallest.plan)) await accepts(simpler);
  }
  return smallest;
}

/** What broke, with the plan and the history, for a person to read. */
export function printFailure({ plan, history, violations }: Failure): string {
  const { steps, ...setting } = plan;
  return [
    `seed ${plan.seed}: ${violations[0]!.rule}: ${violations[0]!.text}`,
    '',
    JSON.stringify(setting),
    ...steps.map((step) => JSON.stringify(step)),
    '',
    printHistory(history, violations),
  ].join('\n');
}

function* simplerOnes(plan: Plan): Generator<Plan> {
  const { delays, steps } = plan;
  yield { ...plan, delays: { ...delays, mostMs: 1 } };
  yield { ...plan, delays: { ...delays, slowShare: 0 } };
  yield { ...plan, lossShare: 0 };
  yield { ...plan, wallOffsets: plan.wallOffsets.map(() => 0) };
  for (const [index, step] of steps.entries()) {
    if (!('action' in step)) continue;
    const { action } = step;
    if (action.kind !== 'sequence' && action.kind !== 'together') continue;
    for (const left of action.actions.keys()) {
      const actions = action.actions.toSpliced(left, 1);
      const simpler: Step = { ...step, action: { ...action, actions } };
      yield { ...plan, steps: steps.with(index, simpler) };
    }
  }
}

function sorted(violations: readonly Violation[], rule: Rule): Violation[] {
  return violations.toSorted(
    (one, other) => Number(other.rule === rule) - Number(one.rule === rule),
  );
}
