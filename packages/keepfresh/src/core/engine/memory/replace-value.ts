import type { Memory, TagState } from '../../ports/memory.ts';
import type { Opened } from '../store/open-record.ts';
import { weightOf } from './weight.ts';

/** Puts another form of the same value into a slot; everything else about the entry stays. */
export function replaceValue<Tag extends TagState>(
  memory: Memory<Tag>,
  key: string,
  slot: number,
  { sealed, bytes }: Opened,
): void {
  memory.put({
    key,
    value: sealed,
    tags: memory.tags(slot),
    createdAt: memory.createdAt(slot),
    freshUntil: memory.freshUntil(slot),
    staleUntil: memory.staleUntil(slot),
    expiresAt: memory.expiresAt(slot),
    earlyMs: memory.earlyMs(slot),
    isWatched: memory.isWatched(slot),
    loadStartedAt: memory.loadStartedAt(slot),
    position: memory.position(slot),
    version: memory.version(slot),
    checkedSeq: memory.checkedSeq(slot),
    weight: weightOf(key, bytes),
  });
}
