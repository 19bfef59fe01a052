import { instead, type Mutant, mutant, without } from '../mutant.ts';

const coherence = 'src/core/engine/coherence/coherence.ts';
const invalidator = 'src/core/engine/invalidations/invalidator.ts';
const keeper = 'src/core/engine/memory/keeper.ts';
const mutator = 'src/core/engine/invalidations/mutator.ts';
const writeBehindQueue = 'src/core/engine/write-behind/write-behind-queue.ts';
const writer = 'src/core/engine/writes/writer.ts';
const writeThrough = 'src/core/engine/writes/write-through.ts';
const memoryStore = 'src/memory/remote/memory-store.ts';

/** What is set or written, and the holds that keep loads and values away while somebody writes. */
export const writeMutants: readonly Mutant[] = [
  mutant(
    'set stamped with its own ban',
    'a value that is set carries a moment at which its own entry is in the log',
    instead(
      writer,
      '      ...view.point,\n',
      `      epoch: view.point.epoch,
      position: (this.#parts.clock.now() + view.offsetMs + 50 - Date.UTC(2026, 0, 1)) * 4096,\n`,
    ),
  ),
  mutant(
    'set under a hold',
    'a value that is set while a mutation covers it is kept',
    instead(
      writer,
      'if (this.#isHeld(request)) return this.#refuseHeld(request, options);',
      'if (this.#isHeld(request) && seal.length > 9) return this.#refuseHeld(request, options);',
    ),
    instead(
      writer,
      "return this.#isHeld({ key, tags: record.tags }) ? this.#refuse(key, 'held') : true;",
      'return true;',
    ),
  ),
  mutant(
    'no version compared as the smallest',
    'a value without a version never replaces one that has a version',
    without(memoryStore, 'record.version > 0 && '),
  ),
  mutant(
    'write dated by its end',
    'a value that is written to the source counts as of when the source had it',
    instead(
      writeThrough,
      '{ n, draft }))',
      '{ n, draft: { ...this.#writer.draft(), token: draft.token } }))',
    ),
  ),
  mutant(
    'load kept while a write waits',
    'a load that begins before a write behind is known of is kept after it',
    without(keeper, 'if (this.#parts.unwritten.has(key)) return true;'),
  ),
  mutant(
    'write behind dated by its batch',
    'a value that waited for its source counts as of when it is sent, whatever covered it',
    without(writeBehindQueue, 'if (!pending.isCovered(value)) '),
  ),
  mutant(
    'a hold deleted by a stranger',
    'any invalidation ends the holds of mutations',
    instead(
      coherence,
      'else this.table.apply(ban, position);',
      'else {\n      this.holds.reset([]);\n      this.table.apply(ban, position);\n    }',
    ),
    instead(
      invalidator,
      '    for (const ban of bans) {\n',
      '    holds.reset([]);\n    for (const ban of bans) {\n',
    ),
  ),
  mutant(
    'hold lost with the log',
    'a mutation that runs does not hold anything any more when the log has lost its history',
    without(mutator, '    for (const held of this.#placed) held.again = this.#placeAgain(held);\n'),
  ),
  mutant(
    'hold of keys alone',
    'what is loaded under the hold of a tag or a pattern is kept',
    instead(
      keeper,
      'view.holds.isHeld(key, tags, earliest)',
      'view.holds.isHeld(key, [], earliest)',
    ),
  ),
  mutant(
    'hold by a clock that was never compared',
    'a process that has not heard the time of the log says by its own how long a hold lasts',
    instead(
      mutator,
      'if (this.#knowsServerTime) return holding();',
      'if (this.#knowsServerTime || held.ms > 0) return holding();',
    ),
  ),
];
