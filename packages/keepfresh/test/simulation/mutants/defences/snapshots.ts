import { instead, type Mutant, mutant } from '../mutant.ts';

const admission = 'src/core/engine/snapshots/snapshot-admission.ts';

/** What is imported is judged like what the shared store holds. */
export const snapshotMutants: readonly Mutant[] = [
  mutant(
    'snapshot judged by what is known',
    'an imported value of before all known bans counts as valid unless one of them covers it',
    instead(admission, 'record.position < view.table.keysCompleteFrom', 'record.position < 0'),
  ),
  mutant(
    'snapshot not judged',
    'an imported value is kept whatever was invalidated since it was exported',
    instead(
      admission,
      "if (standing === 'invalidated' || standing === 'expired') return standing;",
      "if (standing === 'invalidated' || standing === 'expired') return this.#keep(key, record, 'fresh');",
    ),
  ),
  mutant(
    'snapshot adopted anew',
    'an adopted value is kept though it was invalidated while the import ran',
    instead(
      admission,
      "this.#isOver(key, record) ? 'invalidated' : this.#keep(key, limited, 'fresh')",
      "this.#keep(key, limited, 'fresh')",
    ),
  ),
];
