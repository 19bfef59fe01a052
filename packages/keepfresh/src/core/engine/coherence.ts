import { CacheError } from '../errors.ts';
import type { BanTable, PendingBans } from '../policy/bans/ban-table.ts';
import type { Holds } from '../policy/bans/holds.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Appended, Ban, Beat, Log, LogEntry, Member, MemberState } from '../ports/log.ts';
import type { Epoch, Position } from '../ports/record.ts';
import { Budget } from './budget.ts';
import type { AppendOptions, LogView, Point } from './log-view.ts';
import { type Moment, Trust } from './trust.ts';

export interface CoherenceOptions {
  readonly clock: Clock;
  readonly memberId: string;
  /** H in milliseconds. */
  readonly maxLagMs: number;
  /** Longest wait for one beat, in milliseconds. */
  readonly beatTimeoutMs: number;
  /** Resolves when the log can first be reached; the first beat waits for it. */
  readonly connected: () => Promise<void>;
  readonly table: BanTable;
  readonly holds: Holds;
  readonly onTrust: (trusted: boolean) => void;
  readonly onEpoch: (epoch: Epoch) => void;
  readonly onFailure: (operation: string, error: unknown) => void;
}

/**
 * What this process knows of the log, and whether that is recent enough to judge cached values by it.
 *
 * It beats: each beat says what was applied and brings what follows. Entries are applied synchronously and
 * in order, so `applied` never passes an entry that is not in the ban table. That is why S, the position a
 * load carries, is what was *applied* and never the newest position known to exist: a value built from
 * another cached value, which may be as old as what was applied, would otherwise outlive a ban on it.
 */
export class Coherence implements LogView {
  readonly trust: Trust;
  readonly table: BanTable;
  readonly holds: Holds;
  readonly #log: Log;
  readonly #options: CoherenceOptions;
  #epoch: Epoch = '';
  #applied: Position = 0;
  #nonce = '';
  /** The newest own entry that the log has placed. */
  #placed: Point = { epoch: '', position: 0 };
  /** The log server's clock minus ours, in milliseconds. */
  #offsetMs = 0;
  #offsetErrorMs = Number.POSITIVE_INFINITY;
  #beating: Promise<void> | undefined;
  #again = false;
  /** Whether the last beat failed: then reads do not wait for the next one. */
  #failing = false;
  #cancelNext: Cancel | undefined;
  #endNews: (() => void) | undefined;
  #closed = false;

  constructor(log: Log, options: CoherenceOptions) {
    this.#log = log;
    this.#options = options;
    this.table = options.table;
    this.holds = options.holds;
    this.trust = new Trust(options.clock, options.onTrust);
  }

  /** Starts to beat. */
  start(): void {
    this.#endNews = this.#log.onNews((memberId) => {
      // The answer to an own append said all that there was to know.
      if (memberId !== this.#options.memberId) this.#beatSoon();
    });
    this.#beatSoon();
  }

  /** S for a load that starts now. */
  get point(): Point {
    return { epoch: this.#epoch, position: this.#applied };
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  get offsetErrorMs(): number {
    return this.#offsetErrorMs;
  }

  /**
   * Beats at most once, within the budget, and tells whether cached values may be judged afterwards.
   * With `anew` the beat is one that was sent after this call, so what it brings is current as of now.
   */
  async confirm(budget: Budget, options: { readonly anew?: boolean } = {}): Promise<boolean> {
    if (this.#failing && options.anew !== true) return false;
    // Before any wait: of several who wait for the same beat, the first to go on sends the next one for all.
    const since = this.trust.moment();
    try {
      if (options.anew === true && this.#beating !== undefined) {
        await budget.within('beat', this.#beating);
      }
      await budget.within('beat', this.#beat());
      if (options.anew === true) return this.#vouchedSince >= since.monotonic;
    } catch {
      // The failure was reported where it happened; here it only means: not confirmed.
      if (options.anew === true) return false;
    }
    return this.trust.covers(this.#options.clock.now());
  }

  /** The newest positions of the tags, from the log itself. */
  async tagPositions(tags: readonly string[]): ReturnType<Log['tagPositions']> {
    return this.#log.tagPositions(tags);
  }

  /**
   * Appends the bans to the log. `pending` is what was put into the ban table when the invalidation was
   * called; it gets its position in the same block in which this process's own position moves.
   */
  async append(
    bans: readonly Ban[],
    pending: readonly PendingBans[],
    options: AppendOptions = {},
  ): Promise<Appended> {
    const member = this.#member();
    const { durable, acknowledge = false } = options;
    const all: readonly Ban[] = acknowledge ? [...bans, { kind: 'acknowledge' }] : bans;
    const appended = await this.#log.append(member, { bans: all, durable, members: acknowledge });
    if (!this.#isOutdated({ epoch: appended.epoch, end: appended.position })) {
      this.#placed = { epoch: appended.epoch, position: appended.position };
    }
    if (appended.epoch === this.#epoch) {
      this.#learnAppended(appended, pending, member.applied);
      for (const ban of bans) this.#applyHold(ban);
    } else {
      // The next beat starts from what the log has, this entry included.
      for (const handle of pending) this.table.place(handle, appended.position);
      this.#forget();
    }
    return appended;
  }

  /**
   * Resolves when every member has applied `position`, or has had to stop trusting what it knew before:
   * its own H has passed since the append. A log that changed its epoch meanwhile is waited for in full.
   */
  async acknowledged(appended: Appended, since: Moment): Promise<void> {
    const others = appended.members.filter((member) => member.id !== this.#options.memberId);
    let waiting = others.filter((member) => member.applied < appended.position);
    for (let pauseMs = 1; waiting.length > 0; pauseMs = Math.min(pauseMs * 2, 20)) {
      const left = this.#longestWait(waiting, since);
      if (left <= 0) return;
      await this.#pause(Math.min(left, pauseMs));
      waiting = stillBehind(waiting, await this.#readMembers(left), appended.position);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelNext?.();
    this.#endNews?.();
    this.trust.revoke();
    const budget = new Budget(this.#options.clock, this.#options.beatTimeoutMs);
    await budget.within('leave', this.#log.leave(this.#options.memberId)).catch(() => {});
  }

  #vouchedSince = Number.NEGATIVE_INFINITY;

  #member(): Member {
    return {
      id: this.#options.memberId,
      maxLagMs: this.#options.maxLagMs,
      epoch: this.#epoch,
      applied: this.#applied,
      nonce: this.#nonce,
    };
  }

  #beatSoon(): void {
    if (this.#closed) return;
    if (this.#beating !== undefined) this.#again = true;
    else this.#beat().catch(() => {});
  }

  /** One exchange with the log, shared by all who ask while it runs. */
  #beat(): Promise<void> {
    this.#beating ??= this.#exchange()
      .catch((error: unknown) => {
        this.#failing = true;
        this.#options.onFailure('beat', error);
        throw error;
      })
      .finally(() => {
        this.#beating = undefined;
        this.#scheduleNext();
      });
    return this.#beating;
  }

  #scheduleNext(): void {
    this.#cancelNext?.();
    if (this.#closed) return;
    const delay = this.#again ? 0 : Math.max(5, this.#options.maxLagMs / 4);
    this.#again = false;
    this.#cancelNext = this.#options.clock.schedule(delay, () => this.#beatSoon());
  }

  async #exchange(): Promise<void> {
    if (this.#closed) throw new CacheError('CLOSED', 'the cache is closed');
    if (this.#epoch === '') await this.#firstConnection();
    const budget = new Budget(this.#options.clock, this.#options.beatTimeoutMs);
    const sent = this.trust.moment();
    this.#learn(await budget.within('beat', this.#log.beat(this.#member())), sent);
  }

  /** Reads wait for the first connection for as long as for a beat, and no longer. */
  async #firstConnection(): Promise<void> {
    const { clock, beatTimeoutMs, connected } = this.#options;
    const giveUpWaiting = clock.schedule(beatTimeoutMs, () => {
      this.#failing = true;
    });
    await connected().finally(giveUpWaiting);
  }

  #learn(beat: Beat, sent: Moment): void {
    if (this.#closed) return;
    this.#failing = false;
    if (beat.boot !== undefined && this.#isOutdated(beat)) {
      this.#again = true;
      return;
    }
    if (beat.boot !== undefined) this.#startFrom(beat);
    else if (beat.epoch !== this.#epoch) return this.#forget();
    this.table.raiseFloor(beat.floor);
    this.#measureOffset(beat.serverNow, sent);
    const complete = this.#apply(beat.entries) && this.#applied >= beat.end;
    if (!complete) this.#again = true;
    else if (beat.settlingMs <= 0) {
      this.#vouchedSince = sent.monotonic;
      this.trust.grant(sent, this.#options.maxLagMs);
    }
  }

  /**
   * Whether the log answered this before it placed an own entry of which this process has learned already: two
   * answers that come together are taken up in either order. To start from it would be to forget that entry.
   */
  #isOutdated({ epoch, end }: Pick<Beat, 'epoch' | 'end'>): boolean {
    return epoch === this.#placed.epoch && end < this.#placed.position;
  }

  /** Takes over what the log says instead of what this process knew. */
  #startFrom(beat: Beat): void {
    const boot = beat.boot!;
    const changed = this.#epoch !== '' && this.#epoch !== beat.epoch;
    this.trust.revoke();
    this.#epoch = beat.epoch;
    this.#applied = boot.from;
    this.#nonce = boot.nonce;
    this.table.reset({
      floor: beat.floor,
      completeFrom: boot.from,
      patterns: boot.patterns,
    });
    this.holds.reset(boot.holds);
    if (changed) this.#options.onEpoch(beat.epoch);
  }

  /** Drops what is known; the next beat starts afresh. */
  #forget(): void {
    this.trust.revoke();
    this.#applied = 0;
    this.#nonce = '';
    this.#beatSoon();
  }

  /** `applied`: what this process had applied when it asked; it may have started afresh since, with less. */
  #learnAppended(appended: Appended, pending: readonly PendingBans[], applied: Position): void {
    this.table.raiseFloor(appended.floor);
    const follows = appended.contiguous && applied <= this.#applied;
    const continued = follows && this.#apply(appended.missed);
    for (const handle of pending) this.table.place(handle, appended.position);
    if (continued && appended.position > this.#applied) {
      this.#applied = appended.position;
      this.#nonce = appended.nonce;
    } else if (!continued) this.#beatSoon();
  }

  /** Applies the entries this process has not, in order; false when one is missing between them. */
  #apply(entries: readonly LogEntry[]): boolean {
    for (const entry of entries) {
      if (entry.position <= this.#applied) continue;
      if (entry.previous !== this.#applied) return false;
      for (const ban of entry.bans) this.#applyBan(ban, entry.position);
      this.#applied = entry.position;
      this.#nonce = entry.nonce;
    }
    return true;
  }

  #applyBan(ban: Ban, position: Position): void {
    this.#applyHold(ban);
    if (ban.kind === 'hold' || ban.kind === 'release') return;
    if (ban.kind === 'acknowledge') this.#again = true;
    else this.table.apply(ban, position);
  }

  /** Own ones, too: what was known may have been dropped between the call and its place in the log. */
  #applyHold(ban: Ban): void {
    if (ban.kind === 'hold') this.holds.add(ban);
    else if (ban.kind === 'release') this.holds.release(ban.token);
  }

  #measureOffset(serverNow: number, sent: Moment): void {
    const now = this.trust.moment();
    const roundTrip = Math.max(0, now.monotonic - sent.monotonic);
    this.#offsetMs = Math.round(serverNow + roundTrip / 2 - now.wall);
    // And one for what the clocks do not show of a millisecond.
    this.#offsetErrorMs = Math.ceil(roundTrip / 2) + 1;
  }

  #longestWait(waiting: readonly MemberState[], since: Moment): number {
    // The monotonic clock never shows more than has passed; a wall clock that is set may show anything.
    const elapsed = this.trust.moment().monotonic - since.monotonic;
    const longest = Math.max(...waiting.map((member) => member.maxLagMs));
    return longest * 1.01 + 2 - elapsed;
  }

  async #readMembers(withinMs: number): Promise<readonly MemberState[] | undefined> {
    const budget = new Budget(this.#options.clock, Math.max(1, withinMs));
    return budget.within('members', this.#log.members()).catch(() => undefined);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.schedule(ms, resolve);
    });
  }
}

/** Those of `waiting` that are not known to have applied `position`; a removed member is still waited for. */
function stillBehind(
  waiting: readonly MemberState[],
  members: readonly MemberState[] | undefined,
  position: Position,
): MemberState[] {
  if (members === undefined) return [...waiting];
  const applied = new Map(members.map((member) => [member.id, member.applied]));
  return waiting.filter((member) => (applied.get(member.id) ?? 0) < position);
}
