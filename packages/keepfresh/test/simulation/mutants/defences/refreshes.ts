import { instead, type Mutant, mutant, without } from '../mutant.ts';

const keeper = 'src/core/engine/memory/keeper.ts';
const load = 'src/core/engine/loads/load.ts';
const lookUps = 'src/core/engine/reads/look-ups.ts';
const rememberedErrors = 'src/core/engine/loads/remembered-errors.ts';

/** What stands in for a load that is slow, failed, or found nothing new is judged as a value is. */
export const refreshMutants: readonly Mutant[] = [
  mutant(
    'slow load answered unjudged',
    'whoever waits too long gets what memory holds, invalidated or not',
    instead(
      lookUps,
      'const outcome = this.insteadOfError(key);',
      "const outcome: Outcome = { sealed: memory.value(slot), level: 'memory', stale: true };",
    ),
  ),
  mutant(
    'confirmation without re-check',
    'a value that its loader confirmed is kept whatever was invalidated meanwhile',
    instead(
      keeper,
      'if (view.table.isBannedSince(start.seq, key, tags)) return',
      'if (result.confirmed === undefined && view.table.isBannedSince(start.seq, key, tags)) return',
    ),
    instead(
      keeper,
      'checkedSeq: start.seq,',
      'checkedSeq: result.confirmed === undefined ? start.seq : view.table.seq,',
    ),
  ),
  mutant(
    'confirmed without its tags',
    'a value that its loader confirmed has the tags of this load alone',
    instead(
      load,
      "tags: withThoseBefore(checkTags(tags, 'tags', tagPrefix), confirmed),",
      "tags: checkTags(tags, 'tags', tagPrefix),",
    ),
  ),
  mutant(
    'error whatever was invalidated',
    'an error that is remembered is given though its key or a tag was invalidated since',
    without(rememberedErrors, ' || this.#parts.view.table.isCoveredSince(seq, key, tags)'),
  ),
  mutant(
    'error without trust',
    'a process that has heard nothing for H gives errors that it remembers',
    instead(
      rememberedErrors,
      'this.#judge.isTrusted() || this.#judge.sawStart(found.startedAt, startedAt)',
      'true',
    ),
  ),
];
