import type { Engine } from './engine/engine.ts';
import type { Standing } from './engine/judge.ts';
import { readBudget } from './engine/time/budget.ts';
import type { StoredRecord } from './ports/record.ts';

/** What is known of one key. Times are milliseconds from now; ages are counted back. */
export interface Inspection {
  readonly key: string;
  /** Whether this process may judge what is cached by what it knows of the log. */
  readonly trusted: boolean;
  readonly memory: CopyInspection | undefined;
  /** `'unreachable'` when the remote did not answer. */
  readonly remote: CopyInspection | 'unreachable' | undefined;
}

export interface CopyInspection {
  /** What a read would make of it; everything but `fresh` and `stale` would be a miss. */
  readonly standing: Standing | 'unknown-tags';
  /** Since it was loaded or set; in memory exact to a thousandth of its time to live. */
  readonly ageMs: number;
  readonly freshForMs: number;
  readonly expiresInMs: number;
  readonly tags: readonly string[];
  /** S: how much of the log its load had seen. */
  readonly position: number;
  readonly bytes: number;
}

/** Looks at both levels without changing either. */
export async function inspect(engine: Engine, key: string): Promise<Inspection> {
  return {
    key,
    trusted: engine.judge.isTrusted(),
    memory: inspectMemory(engine, key),
    remote: await inspectRemote(engine, key),
  };
}

function inspectMemory(engine: Engine, key: string): CopyInspection | undefined {
  const { memory, clock } = engine.parts;
  const slot = memory.find(key);
  if (slot === -1) return undefined;
  const now = clock.now();
  const copy = {
    ageMs: now - memory.createdAt(slot),
    freshForMs: Math.max(0, memory.freshUntil(slot) - now),
    expiresInMs: memory.expiresAt(slot) - now,
    tags: memory.tags(slot).map(({ tag }) => tag),
    position: memory.position(slot),
    bytes: memory.weight(slot),
  };
  return { standing: engine.judge.slot(key, slot, now), ...copy };
}

async function inspectRemote(
  engine: Engine,
  key: string,
): Promise<CopyInspection | 'unreachable' | undefined> {
  const { far, clock, view } = engine.parts;
  if (far === undefined) return undefined;
  let record: StoredRecord | undefined;
  try {
    record = await far.read(key, readBudget(engine.parts));
  } catch {
    return 'unreachable';
  }
  if (record === undefined) return undefined;
  const now = clock.now() + view.offsetMs;
  return {
    standing: engine.judge.record(key, record),
    ageMs: now - record.createdAt,
    freshForMs: Math.max(0, record.freshUntil - now),
    expiresInMs: record.expiresAt - now,
    tags: record.tags,
    position: record.position,
    bytes: record.payload.length,
  };
}
