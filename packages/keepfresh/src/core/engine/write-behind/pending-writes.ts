import { CacheError } from '../../errors.ts';
import type { PendingBans } from '../../policy/bans/ban-table.ts';
import { Budget } from '../time/budget.ts';
import { unlessAborted } from '../time/unless-aborted.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Judge } from '../judge.ts';
import type { Outcome } from '../reads/outcome.ts';
import type { PendingWrite } from './pending-write.ts';

/** Who sends the writes of a key. */
export interface WriteOwner {
  newest(key: string): PendingWrite | undefined;
  /** Sends the write of a key, or all, now. */
  hurry(key?: string): void;
  /** Sends all, and gives up what is left when its time is over. Never rejects. */
  close(): Promise<void>;
}

/** A key with a write that its source does not have yet. */
interface PendingKey {
  readonly owner: WriteOwner;
  /** Keeps what is cached, and what is on its way into memory, from being used in this process. */
  ban: PendingBans;
  readonly waiters: Set<Waiter>;
}

interface Waiter {
  readonly number: number;
  readonly resolve: () => void;
}

/**
 * The values of all queues of one cache that their sources do not have yet. A read of their key in this process is
 * answered with them; they are judged like what is cached, by the bans that came since.
 */
export class PendingWrites {
  readonly #parts: EngineParts;
  readonly #judge: Judge;
  readonly #keys = new Map<string, PendingKey>();
  readonly #owners = new Set<WriteOwner>();
  /** How many were given up. */
  lost = 0;

  constructor(parts: EngineParts, judge: Judge) {
    this.#parts = parts;
    this.#judge = judge;
  }

  /** How many keys have a write that its source does not have yet. */
  get size(): number {
    return this.#keys.size;
  }

  addOwner(owner: WriteOwner): void {
    this.#owners.add(owner);
  }

  /** Whether a key has a write that its source does not have yet. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The newest write of a key. */
  newest(key: string): PendingWrite | undefined {
    return this.#keys.get(key)?.owner.newest(key);
  }

  /** What a read may be answered with; undefined when there is nothing, or it has to wait. */
  usable(key: string): Outcome | undefined {
    const write = this.newest(key);
    if (write === undefined || !this.#isUsable(write)) return undefined;
    return { sealed: write.written.sealed, level: 'memory', stale: false };
  }

  /**
   * From now on nothing cached of the key is used in this process, nor kept that is on its way. Throws
   * INVALID_ARGUMENT when another queue has a write of it.
   */
  begin(key: string, owner: WriteOwner): void {
    const pending = this.#keys.get(key);
    if (pending !== undefined && pending.owner !== owner) throw ofAnotherQueue(key);
    const { memory } = this.#parts;
    const write = pending && this.newest(key);
    // While it is used, nobody loads or fetches anything else; a write that has just landed is in memory.
    if (write !== undefined && !this.isCovered(write) && memory.find(key) === -1) return;
    const { table } = this.#parts.view;
    this.#parts.unwritten.add(key);
    const ban = table.applyPending([{ kind: 'key', key }]);
    if (pending === undefined) this.#keys.set(key, { owner, ban, waiters: new Set() });
    else {
      table.place(pending.ban, 0);
      pending.ban = ban;
    }
  }

  /** The writes of a key up to this one have come to their end; with `isLast` there is none after it. */
  settle(key: string, number: number, isLast: boolean): void {
    const pending = this.#keys.get(key);
    if (pending === undefined) return;
    if (isLast) {
      this.#keys.delete(key);
      this.#parts.unwritten.delete(key);
      // The log has placed what the write itself invalidated; what is cached may be judged by that again.
      this.#parts.view.table.place(pending.ban, 0);
    }
    for (const waiter of pending.waiters) {
      if (!isLast && waiter.number > number) continue;
      pending.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /**
   * Sends the writes of the keys, or of all, now, and resolves when they have come to their end, or after the longest
   * wait for others. Rejects with the signal's reason only.
   */
  async sent(
    keys: readonly string[] = [...this.#keys.keys()],
    signal?: AbortSignal,
  ): Promise<void> {
    if (!keys.some((key) => this.#keys.has(key))) return;
    const budget = new Budget(this.#parts.clock, this.#parts.limits.waitMs);
    const ended = budget.within('write', this.ended(keys)).catch(() => {});
    await (signal === undefined ? ended : unlessAborted(ended, signal));
  }

  /** Sends the writes of the keys now, and resolves when they have come to their end, however long that takes. */
  async ended(keys: readonly string[]): Promise<void> {
    const ends = keys.flatMap((key) => {
      const write = this.newest(key);
      return write === undefined ? [] : [this.#end(write)];
    });
    for (const key of keys) this.#keys.get(key)?.owner.hurry(key);
    await Promise.all(ends);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#owners].map((owner) => owner.close()));
  }

  /** Whether something other than the writes of its own key covered it since. */
  isCovered({ key, tags, spared, written: { draft } }: PendingWrite): boolean {
    const { table } = this.#parts.view;
    return (
      table.isBannedSince(draft.since, key, tags, spared) ||
      table.isExpiredSince(draft.since, key, tags)
    );
  }

  #isUsable(write: PendingWrite): boolean {
    if (this.isCovered(write)) return false;
    const { startedAt } = write.written.draft;
    return this.#judge.isTrusted() || this.#judge.sawStart(startedAt, this.#parts.elapsed.read());
  }

  #end({ key, number }: PendingWrite): Promise<void> {
    return new Promise((resolve) => {
      this.#keys.get(key)!.waiters.add({ number, resolve });
    });
  }
}

function ofAnotherQueue(key: string): CacheError {
  const message = `another queue has a write of ${key}: the writes of a key belong to one queue`;
  return new CacheError('INVALID_ARGUMENT', message);
}
