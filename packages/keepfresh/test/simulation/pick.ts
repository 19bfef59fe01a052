import type { SeededRandom } from '../../src/testing/seeded-random.ts';

/** One of the choices, by chance. */
export function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[random.below(choices.length)]!;
}
