import type { Cache } from '../src/core/cache.ts';
import type { ExportOptions } from '../src/core/snapshots.ts';

/** The lines of a snapshot of a cache. */
export async function linesOf(cache: Cache, options?: ExportOptions): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of cache.exportEntries(options)) lines.push(line);
  return lines;
}
