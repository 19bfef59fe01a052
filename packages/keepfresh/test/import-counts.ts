import type { ImportCounts } from '../src/core/engine/snapshots/import-counts.ts';

/** What a whole import comes to: 0 of everything but what is given. */
export function importCounts(given: Partial<ImportCounts & { readonly complete: boolean }>) {
  return {
    ...{ kept: 0, present: 0, invalidated: 0, expired: 0, unjudged: 0, refused: 0, corrupt: 0 },
    complete: true,
    ...given,
  };
}
