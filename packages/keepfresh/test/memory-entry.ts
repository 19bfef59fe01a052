import type { MemoryEntry } from '../src/core/ports/memory.ts';

/** When all entries of these tests were made, in milliseconds since 1970. */
export const madeAt = 1.8e12;

/** An entry for the memory of a process, in which no two numbers are the same; it has a tag of its own. */
export function memoryEntry(key: string, weight: number, value: unknown = key): MemoryEntry {
  return {
    ...{ key, value, weight, tags: [{ tag: key, bannedSeq: 0, expiredSeq: 0 }] },
    ...{ createdAt: madeAt, freshUntil: madeAt + 2, staleUntil: madeAt + 3 },
    ...{ expiresAt: madeAt + 4, loadStartedAt: 5, position: 6, version: 0, checkedSeq: 7 },
  };
}
