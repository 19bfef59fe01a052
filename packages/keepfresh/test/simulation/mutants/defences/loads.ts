import { before, instead, type Mutant, mutant, without } from '../mutant.ts';

const filler = 'src/core/engine/loads/filler.ts';
const keeper = 'src/core/engine/memory/keeper.ts';
const reader = 'src/core/engine/reads/reader.ts';

/** What is loaded is dated by the start of its load, and judged again before it is kept or given to anybody. */
export const loadMutants: readonly Mutant[] = [
  mutant(
    'S after the load',
    'a value is dated by the end of its load',
    before(filler, 'const kept = this.#keeper.keepLoaded(', 'start = this.#loadStart();\n    '),
  ),
  mutant(
    'L1 store without re-check',
    'a loaded value is kept whatever was invalidated since its load began',
    without(
      keeper,
      'if (view.table.isBannedSince(start.seq, key, tags)) return { sealed, tags, record: undefined };',
    ),
    instead(keeper, 'checkedSeq: start.seq,', 'checkedSeq: view.table.seq,'),
  ),
  mutant(
    'late joiner served',
    'whoever waits for a load gets its value, also when it was invalidated before they came',
    instead(
      filler,
      '(seq) => seq <= start.seq || !view.table.isCoveredSince(start.seq, key, tags)',
      '() => true',
    ),
  ),
  mutant(
    'caller dated before it asked',
    'a read that had to ask the log is judged by what was known before',
    without(reader, 'caller.seq = this.#parts.view.table.seq;'),
  ),
];
