import type { TagCell } from '../policy/bans/tag-cell.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Token } from '../ports/record.ts';
import type { LogView } from './log-view.ts';

/** A record that this process stored. */
export interface StoredFill {
  readonly key: string;
  readonly token: Token;
  /** The newest local ban that it was checked against. */
  readonly seq: number;
  readonly tags: readonly TagCell[];
}

export interface FillAuditOptions {
  readonly clock: Clock;
  readonly view: LogView;
  readonly maxLagMs: number;
  /** Removes the record with this token, if it is still there; false when the store did not answer. */
  readonly discard: (key: string, token: Token) => Promise<boolean>;
}

/** An invalidation tells the store and the log at once; so much later than the store the log may have it. */
const slackMs = 250;
/** What could not be looked at for so long is left to the end of its time. */
const giveUpMs = 60_000;
const maxWaiting = 10_000;

interface Waiting extends StoredFill {
  readonly since: number;
}

/**
 * Looks once more at what this process stored, when it must have heard of everything that happened before.
 *
 * A load may be stored after an invalidation of its key that its process had not heard of: that took no lease
 * away, because the lease is younger. By its position the record is invalid, as long as somebody knows of the
 * invalidation; but the log keeps single keys for a minute only, and the record lives until its time is over.
 * So whoever stored it takes it out again.
 */
export class FillAudit {
  readonly #options: FillAuditOptions;
  /** The one stored longest ago first. */
  readonly #waiting = new Set<Waiting>();
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: FillAuditOptions) {
    this.#options = options;
  }

  /** To be called when the store has answered. */
  add(fill: StoredFill): void {
    if (this.#closed) return;
    this.#waiting.add({ ...fill, since: this.#options.clock.monotonic() });
    if (this.#waiting.size > maxWaiting) this.#waiting.delete(first(this.#waiting)!);
    this.#cancel ??= this.#lookIn(this.#delayMs);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#waiting.clear();
  }

  get #delayMs(): number {
    return this.#options.maxLagMs + slackMs;
  }

  #lookIn(ms: number): Cancel {
    return this.#options.clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#look();
      const next = first(this.#waiting);
      if (next === undefined || this.#closed) return;
      const left = next.since + this.#delayMs - this.#options.clock.monotonic();
      this.#cancel ??= this.#lookIn(left > 0 ? left : this.#delayMs);
    });
  }

  /** Who is trusted now has applied everything that was in the log H ago. */
  #look(): void {
    const { clock, view } = this.#options;
    const now = clock.monotonic();
    const knows = view.trust.covers(clock.now());
    for (const fill of this.#waiting) {
      const ageMs = now - fill.since;
      if (ageMs < this.#delayMs) return;
      if (!knows && ageMs < giveUpMs) continue;
      this.#waiting.delete(fill);
      if (knows) this.#check(fill);
    }
  }

  #check(fill: StoredFill): void {
    const { view, discard } = this.#options;
    const { key, token, seq, tags } = fill;
    if (!view.table.isBannedSince(seq, key, tags, token)) return;
    void discard(key, token).then((answered) => {
      if (!answered) this.add(fill);
    });
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  return set.values().next().value;
}
