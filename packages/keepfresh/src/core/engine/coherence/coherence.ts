import { CacheError } from '../../errors.ts';
import type { BanTable, PendingBans } from '../../policy/bans/ban-table.ts';
import type { Holds } from '../../policy/bans/holds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Appended, Ban, Beat, Log, LogEntry, Member } from '../../ports/log.ts';
import type { Epoch, Position } from '../../ports/record.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { BeatSchedule } from './beat-schedule.ts';
import { Budget } from '../time/budget.ts';
import type { AppendOptions, LogView, Point } from './log-view.ts';
import { ServerTime } from './server-time.ts';
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
  readonly #serverTime = new ServerTime();
  readonly #beats: BeatSchedule;
  readonly #acknowledgements: Acknowledgements;
  /** When the newest beat was sent that brought all that there was, by the monotonic clock. */
  #vouchedSince = Number.NEGATIVE_INFINITY;
  /** Whether somebody waits until this process says what it has applied. */
  #isAwaited = false;
  /** Whether the last beat failed: then reads do not wait for the next one. */
  #failing = false;
  #endNews: (() => void) | undefined;
  #closed = false;

  constructor(log: Log, options: CoherenceOptions) {
    this.#log = log;
    this.#options = options;
    this.table = options.table;
    this.holds = options.holds;
    this.trust = new Trust(options.clock, options.onTrust);
    const { clock, memberId, maxLagMs } = options;
    this.#beats = new BeatSchedule({ clock, maxLagMs, beat: () => this.#beat() });
    this.#acknowledgements = new Acknowledgements(log, { clock, memberId });
  }

  /** Starts to beat. */
  start(): void {
    this.#endNews = this.#log.onNews((memberId) => {
      // The answer to an own append said all that there was to know.
      if (memberId !== this.#options.memberId) this.#beats.hearNews();
    });
    this.#beats.soon();
  }

  /** S for a load that starts now. */
  get point(): Point {
    return { epoch: this.#epoch, position: this.#applied };
  }

  get offsetMs(): number {
    return this.#serverTime.offsetMs;
  }

  get offsetErrorMs(): number {
    return this.#serverTime.errorMs;
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
      const { running } = this.#beats;
      if (options.anew === true && running !== undefined) await budget.within('beat', running);
      await budget.within('beat', this.#beats.beat());
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
    const { acknowledge = false } = options;
    const all: readonly Ban[] = acknowledge ? [...bans, { kind: 'acknowledge' }] : bans;
    const sent = this.trust.moment();
    const appended = await this.#log.append(member, { bans: all, members: acknowledge });
    // Beats tell it better; a hold that is placed before the first has to know how long it lasts.
    if (!Number.isFinite(this.offsetErrorMs)) {
      this.#serverTime.learn(appended.serverNow, sent, this.trust.moment());
    }
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

  acknowledged(appended: Appended, since: Moment): Promise<void> {
    return this.#acknowledgements.wait(appended, since);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#beats.close();
    this.#endNews?.();
    this.trust.revoke();
    const budget = new Budget(this.#options.clock, this.#options.beatTimeoutMs);
    await budget.within('leave', this.#log.leave(this.#options.memberId)).catch(() => {});
  }

  #member(): Member {
    return {
      id: this.#options.memberId,
      maxLagMs: this.#options.maxLagMs,
      epoch: this.#epoch,
      applied: this.#applied,
      nonce: this.#nonce,
    };
  }

  /** One exchange with the log. */
  async #beat(): Promise<void> {
    try {
      await this.#exchange();
    } catch (error) {
      this.#failing = true;
      this.#options.onFailure('beat', error);
      throw error;
    }
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
    if (beat.boot !== undefined && this.#isOutdated(beat)) return this.#beats.soon();
    if (beat.boot !== undefined) this.#startFrom(beat);
    else if (beat.epoch !== this.#epoch) return this.#forget();
    this.table.raiseFloor(beat.floor);
    this.#serverTime.learn(beat.serverNow, sent, this.trust.moment());
    const complete = this.#apply(beat.entries) && this.#applied >= beat.end;
    this.#acknowledge();
    if (!complete) this.#beats.soon();
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
    this.#beats.soon();
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
    } else if (!continued) this.#beats.soon();
    this.#acknowledge();
  }

  /** At once, and so as often as others ask, each of whom waits for it. */
  #acknowledge(): void {
    if (this.#isAwaited) this.#beats.soon();
    this.#isAwaited = false;
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
    if (ban.kind === 'acknowledge') this.#isAwaited = true;
    else this.table.apply(ban, position);
  }

  /** Own ones, too: what was known may have been dropped between the call and its place in the log. */
  #applyHold(ban: Ban): void {
    if (ban.kind === 'hold') this.holds.add(ban);
    else if (ban.kind === 'release') this.holds.release(ban.token);
  }
}
