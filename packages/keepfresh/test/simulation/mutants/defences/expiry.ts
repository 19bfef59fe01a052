import { instead, type Mutant, mutant } from '../mutant.ts';

const banTable = 'src/core/policy/bans/ban-table.ts';
const delivery = 'src/core/engine/invalidations/delivery.ts';
const fetcher = 'src/core/engine/reads/fetcher.ts';
const fillAudit = 'src/core/engine/audits/fill-audit.ts';
const keeper = 'src/core/engine/memory/keeper.ts';
const lookUps = 'src/core/engine/reads/look-ups.ts';
const memoryStore = 'src/memory/remote/memory-store.ts';
const refreshPauses = 'src/core/engine/loads/refresh-pauses.ts';

/** What is expired may stand in for a load that fails, and for nothing else. */
export const expiryMutants: readonly Mutant[] = [
  mutant(
    'expiry in the log alone',
    'that a key was expired is told to the log and not to the store',
    instead(
      delivery,
      'soft === true ? store.expire(keys) : store.invalidate(keys);',
      'soft === true ? Promise.resolve() : store.invalidate(keys);',
    ),
  ),
  mutant(
    'lease outlives an expiry',
    'expiring a key in the store leaves the right to fill it where it is',
    instead(
      memoryStore,
      'if (value === undefined) this.#table.remove(key);',
      'if (value === undefined) return;',
    ),
  ),
  mutant(
    'late joiner of an expired load served',
    'whoever comes after an expiry waits for a load that began before, and gets its value',
    instead(
      banTable,
      'return this.isBannedSince(seq, key, tags) || this.isExpiredSince(seq, key, tags);',
      'return this.isBannedSince(seq, key, tags);',
    ),
  ),
  mutant(
    'loaded under an expiry kept as fresh',
    'a value that was expired while it was loaded is kept for its whole time',
    instead(
      keeper,
      'const record = isExpired ? { ...loaded, ...endsOnceExpired } : loaded;',
      'const record = isExpired ? { ...loaded } : loaded;',
    ),
    instead(keeper, 'checkedSeq: start.seq,', 'checkedSeq: view.table.seq,'),
  ),
  mutant(
    'stored after an expiry and left there',
    'what a process stored is not looked at once more for what expired its key meanwhile',
    instead(
      fillAudit,
      'const isExpired = view.table.isExpiredSince(seq, key, []);',
      'const isExpired = seq < 0;',
    ),
  ),
  mutant(
    'end by expire taken for the end of time',
    'what the shared store has of an expired value counts in memory for as long as it would have',
    instead(
      fetcher,
      "const isExpired = standing !== 'fresh' && this.#judge.isExpired(key, record);",
      'const isExpired = record.freshUntil < 0;',
    ),
  ),
  mutant(
    'pause in spite of an expiry',
    'a source that failed is left alone whatever was expired since',
    instead(
      refreshPauses,
      'return !this.#parts.view.table.isCoveredSince(pause.seq, key, tags);',
      'return tags.length >= 0;',
    ),
  ),
  mutant(
    'expired in place of a slow load',
    'whoever waits too long gets what was expired, though its load has not failed',
    instead(
      lookUps,
      'if (slot === -1 || memory.freshUntil(slot) === Number.NEGATIVE_INFINITY) return undefined;',
      'if (slot === -1) return undefined;',
    ),
    instead(
      lookUps,
      'return memory.freshUntil(slot) === Number.NEGATIVE_INFINITY ? undefined : outcome;',
      'return outcome;',
    ),
  ),
];
