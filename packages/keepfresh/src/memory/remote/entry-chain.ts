import type { Ban, LogEntry } from '../../core/ports/log.ts';
import type { Position } from '../../core/ports/record.ts';

/** An entry as the log keeps it: it names the one before it and that one's nonce. */
export interface ChainedEntry extends LogEntry {
  readonly previousNonce: string;
}

/**
 * How what a member applied fits the log: `lost` when the log does not hold it or holds something else,
 * `behind` when entries it needs were trimmed, `fits` otherwise.
 */
export type Fit = 'lost' | 'behind' | 'fits';

export interface Followed {
  readonly fit: Fit;
  /** What follows, oldest first; empty unless it fits. */
  readonly entries: readonly ChainedEntry[];
}

/** The entries a log still has, oldest first. */
export class EntryChain {
  #entries: ChainedEntry[];

  constructor(entries: readonly ChainedEntry[] = []) {
    this.#entries = [...entries];
  }

  get length(): number {
    return this.#entries.length;
  }

  copy(): EntryChain {
    return new EntryChain(this.#entries);
  }

  add(entry: ChainedEntry): void {
    this.#entries.push(entry);
  }

  /** The oldest entries, at most `most`. */
  oldest(most: number): readonly ChainedEntry[] {
    return this.#entries.slice(0, most);
  }

  /** What follows the entry at `applied`, whose nonce the member remembers; at most `most` entries. */
  follow(applied: Position, nonce: string, most: number): Followed {
    const index = this.#indexFrom(applied);
    const first = this.#entries[index];
    if (first === undefined) return nothing('lost');
    if (first.position === applied) {
      if (first.nonce !== nonce) return nothing('lost');
      const next = this.#entries[index + 1];
      if (next !== undefined && next.previous !== applied) return nothing('behind');
      return { fit: 'fits', entries: this.#entries.slice(index + 1, index + 1 + most) };
    }
    if (first.previous > applied) return nothing('behind');
    if (first.previous < applied || first.previousNonce !== nonce) return nothing('lost');
    return { fit: 'fits', entries: this.#entries.slice(index, index + most) };
  }

  /** Drops entries before `position`, and returns how many. */
  trim(position: Position): number {
    const count = this.#indexFrom(position);
    if (count > 0) this.#entries = this.#entries.slice(count);
    return count;
  }

  /** Drops the newest entries. */
  truncate(count: number): void {
    this.#entries = this.#entries.slice(0, Math.max(0, this.length - count));
  }

  /** Index of the first entry at `position` or later. */
  #indexFrom(position: Position): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The entries as the port gives them, up to the first that does not follow the one before it. */
export function unbroken(entries: readonly ChainedEntry[]): LogEntry[] {
  const given: LogEntry[] = [];
  for (const { position, previous, nonce, bans } of entries) {
    const last = given.at(-1);
    if (last !== undefined && previous !== last.position) break;
    given.push({ position, previous, nonce, bans: bans.map(understood) });
  }
  return given;
}

function nothing(fit: Fit): Followed {
  return { fit, entries: [] };
}

/** Typed so that a kind that is missing here does not compile. */
const kinds: Readonly<Record<Ban['kind'], true>> = {
  key: true,
  tag: true,
  pattern: true,
  clear: true,
  hold: true,
  release: true,
  acknowledge: true,
};

/** What a newer version wrote and this one does not know counts as clear. */
function understood(ban: Ban): Ban {
  return Object.hasOwn(kinds, ban.kind) ? ban : { kind: 'clear' };
}
