import { type Explored, playCase, type SmallCase } from './play-case.ts';

/** An order of a case that breaks a promise. */
export interface BrokenCase extends Explored {
  readonly choices: readonly number[];
}

export interface Exploration {
  /** How many orders were played. */
  readonly orders: number;
  readonly broken: BrokenCase | undefined;
}

/**
 * Plays every order of a case that differs from the plain one (each message arrives before anything else
 * happens) in at most `deviations` steps. Stops at the first that breaks a promise.
 */
export async function exploreCase(
  smallCase: SmallCase,
  { deviations }: { readonly deviations: number },
): Promise<Exploration> {
  let orders = 0;
  const open: { readonly choices: readonly number[]; readonly left: number }[] = [
    { choices: [], left: deviations },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { choices, left } = next;
    const explored = await playCase(smallCase, choices);
    orders++;
    if (explored.violations.length > 0) return { orders, broken: { ...explored, choices } };
    if (left === 0) continue;
    for (let step = choices.length; step < explored.widths.length; step++) {
      for (let other = 1; other < explored.widths[step]!; other++) {
        const plain = Array.from({ length: step - choices.length }, () => 0);
        open.push({ choices: [...choices, ...plain, other], left: left - 1 });
      }
    }
  }
  return { orders, broken: undefined };
}
