import type { HoldBan } from '../../ports/log.ts';
import type { Token } from '../../ports/record.ts';
import { Glob } from '../glob.ts';

/** How many holds are kept one by one; beyond that the first to end hold everything until they do. */
const defaultMaxHolds = 10_000;

/** One hold with its patterns ready to be matched. */
interface Hold {
  readonly ban: HoldBan;
  readonly globs: readonly Glob[];
}

/**
 * The mutations under way: nothing they cover may be stored when it was loaded while they last. Each hold has
 * its own token and its own end, so none is ever ended by another's release, and one whose process died ends
 * by itself. Times are milliseconds of the log server's clock.
 */
export class Holds {
  readonly #max: number;
  readonly #holds = new Map<Token, Hold>();
  readonly #byKey = new Map<string, Set<Hold>>();
  readonly #byTag = new Map<string, Set<Hold>>();
  readonly #withGlobs = new Set<Hold>();
  /** Own holds that the log has not placed yet. */
  readonly #pending = new Set<Token>();
  /** Until when everything is held. */
  #allUntil = Number.NEGATIVE_INFINITY;

  constructor(options: { readonly max?: number | undefined } = {}) {
    this.#max = options.max ?? defaultMaxHolds;
  }

  /**
   * How many holds are kept. One that ended by itself stays until it makes room for others: a load that began
   * under it may still run.
   */
  get size(): number {
    return this.#holds.size;
  }

  /** Adds a hold; one with the same token is replaced. */
  add(ban: HoldBan): void {
    this.release(ban.token);
    this.#insert(ban);
    if (this.#holds.size > this.#max) this.#widen(Math.ceil(this.#max / 4));
  }

  /** Adds an own hold that is on its way to the log: what the log says does not end it before it is there. */
  addPending(ban: HoldBan): void {
    this.add(ban);
    if (this.#holds.has(ban.token)) this.#pending.add(ban.token);
  }

  /** Ends the hold with this token, and no other. */
  release(token: Token): void {
    this.#pending.delete(token);
    const hold = this.#holds.get(token);
    if (hold === undefined) return;
    this.#holds.delete(token);
    this.#withGlobs.delete(hold);
    for (const ban of hold.ban.covers) {
      if (ban.kind === 'key') leave(this.#byKey, ban.key, hold);
      if (ban.kind === 'tag') leave(this.#byTag, ban.tag, hold);
    }
  }

  /** Starts anew from what the log says, and what it has not got yet. */
  reset(bans: readonly HoldBan[]): void {
    for (const token of this.#holds.keys()) if (!this.#pending.has(token)) this.release(token);
    this.#allUntil = Number.NEGATIVE_INFINITY;
    for (const ban of bans) this.add(ban);
  }

  /** Whether a hold that covers the key or one of the tags lasts at `now`. */
  isHeld(key: string, tags: readonly string[], now: number): boolean {
    if (now < this.#allUntil) return true;
    if (this.#holds.size === 0) return false;
    return (
      lasts(this.#byKey.get(key), now) ||
      tags.some((tag) => lasts(this.#byTag.get(tag), now)) ||
      this.#isHeldByGlob(key, now)
    );
  }

  /**
   * Those that end first are widened first. Holds that ended without a release come before all others: widening them
   * costs nothing.
   */
  #widen(count: number): void {
    const bans = [...this.#holds.values()].map(({ ban }) => ban);
    const first = bans.sort((one, other) => one.until - other.until).slice(0, count);
    for (const { token, until } of first) {
      this.release(token);
      this.#allUntil = Math.max(this.#allUntil, until);
    }
  }

  #insert(ban: HoldBan): void {
    const patterns = ban.covers.filter((each) => each.kind === 'pattern');
    const hold = { ban, globs: patterns.map(({ pattern }) => new Glob(pattern)) };
    this.#holds.set(ban.token, hold);
    if (hold.globs.length > 0) this.#withGlobs.add(hold);
    for (const each of ban.covers) {
      if (each.kind === 'key') join(this.#byKey, each.key, hold);
      if (each.kind === 'tag') join(this.#byTag, each.tag, hold);
    }
  }

  #isHeldByGlob(key: string, now: number): boolean {
    if (this.#withGlobs.size === 0) return false;
    const bytes = Buffer.from(key);
    return this.#withGlobs
      .values()
      .some(({ ban, globs }) => now < ban.until && globs.some((glob) => glob.matchesBytes(bytes)));
  }
}

function lasts(holds: ReadonlySet<Hold> | undefined, now: number): boolean {
  return holds?.values().some(({ ban }) => now < ban.until) ?? false;
}

function join(index: Map<string, Set<Hold>>, name: string, hold: Hold): void {
  const holds = index.get(name) ?? new Set();
  index.set(name, holds.add(hold));
}

function leave(index: Map<string, Set<Hold>>, name: string, hold: Hold): void {
  const holds = index.get(name);
  holds?.delete(hold);
  if (holds?.size === 0) index.delete(name);
}
