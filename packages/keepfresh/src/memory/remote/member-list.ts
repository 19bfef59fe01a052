import type { Member, MemberState } from '../../core/ports/log.ts';
import type { Position } from '../../core/ports/record.ts';

interface Row {
  readonly applied: Position;
  readonly maxLagMs: number;
  /** When it last spoke, by the log's clock. */
  readonly seen: number;
  /** Since when it is suspected to be gone. */
  readonly suspected?: number;
}

/** How many of its own H a member may be silent before it is suspected, and again before it is removed. */
const patience = 10;
/** Silent for so many of its H, a member is none whom anybody has to wait for. */
const silentLags = 3;

/** Who shares a log, and what each has applied as it last said. */
export class MemberList {
  readonly #rows: Map<string, Row>;

  constructor(rows: ReadonlyMap<string, Row> = new Map()) {
    this.#rows = new Map(rows);
  }

  copy(): MemberList {
    return new MemberList(this.#rows);
  }

  /** Notes what a member said; whatever it was suspected of is over. */
  heard({ id, maxLagMs }: Member, applied: Position, now: number): void {
    this.#rows.set(id, { applied, maxLagMs: Math.ceil(maxLagMs), seen: now });
  }

  remove(id: string): void {
    this.#rows.delete(id);
  }

  /**
   * Makes every member start with nothing applied, so that nobody counts on what it said before, and returns
   * the longest H of all, `maxLagMs` included: for so long any of them may still trust what it knew.
   */
  forgetApplied(maxLagMs: number): number {
    let longest = maxLagMs;
    for (const [id, { maxLagMs: lag, seen }] of this.#rows) {
      longest = Math.max(longest, lag);
      this.#rows.set(id, { applied: 0, maxLagMs: lag, seen });
    }
    return longest;
  }

  /**
   * Removes those who were gone when the newest of all was heard: what they knew is not trusted any more, and
   * they come back like new ones.
   */
  dropSilent(): void {
    const newest = Math.max(0, ...[...this.#rows.values()].map(({ seen }) => seen));
    for (const [id, { seen, maxLagMs }] of this.#rows) {
      if (newest - seen > silentLags * maxLagMs) this.#rows.delete(id);
    }
  }

  /** Whether each has said what it applied since that was last forgotten. */
  get haveAllSpoken(): boolean {
    return [...this.#rows.values()].every(({ applied }) => applied > 0);
  }

  /** The longest H of all members. */
  longestLagMs(): number {
    return Math.max(0, ...[...this.#rows.values()].map(({ maxLagMs }) => maxLagMs));
  }

  /** Removes who was silent too long, in two steps: a clock that jumps must not remove those who are there. */
  sweep(now: number): void {
    for (const [id, row] of this.#rows) {
      const patient = patience * row.maxLagMs;
      if (now - row.seen <= patient) continue;
      if (row.suspected === undefined) this.#rows.set(id, { ...row, suspected: now });
      else if (now - row.suspected > patient) this.#rows.delete(id);
    }
  }

  states(): MemberState[] {
    return [...this.#rows].map(([id, { applied, maxLagMs }]) => ({ id, maxLagMs, applied }));
  }
}
