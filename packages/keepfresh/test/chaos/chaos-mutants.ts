import type { Mutant } from '../simulation/mutants/mutant.ts';
import { mutants } from '../simulation/mutants/mutants.ts';

/** A mutant, and the faults under which it shows on real servers: parts of their names. */
export interface ChaosMutant extends Mutant {
  readonly only: readonly string[];
}

/** Faults of old that real connections and clocks bring out within seconds. */
export const chaosMutants: readonly ChaosMutant[] = [
  {
    name: 'trust without end',
    change: 'a process that is cut off goes on judging cached values by what it knew',
    only: ['proxy'],
    patches: [
      {
        file: 'src/core/engine/coherence/trust.ts',
        find: 'return now >= this.#from && now < this.#until;',
        replace: 'return now > 0;',
      },
    ],
  },
  { ...mutants.find(({ name }) => name === 'acknowledged without waiting')!, only: ['proxy'] },
];
