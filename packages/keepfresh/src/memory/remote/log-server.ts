import type { Ban, HoldBan, Member } from '../../core/ports/log.ts';
import { type LogLimits, standardLogLimits } from '../../core/ports/log-limits.ts';
import type { Epoch, Position } from '../../core/ports/record.ts';
import { EntryChain } from './entry-chain.ts';
import { copyState, type LogMeta, type LogState, positionAt } from './log-state.ts';
import { MemberList } from './member-list.ts';
import { PositionTable } from './position-table.ts';

const sweepEveryMs = 1_000;
/** For so many H, at most, a member that was there is waited for when the server has changed. */
const awaitedLags = 5;

/** Who speaks, as far as it matters to the server. */
export type Speaker = Pick<Member, 'maxLagMs' | 'epoch' | 'applied' | 'nonce'>;

const nobody: Speaker = { maxLagMs: 0, epoch: '', applied: 0, nonce: '' };

/**
 * What the server of a log does within one command. It trusts none of its parts: where one is missing or of
 * another epoch, a new epoch starts.
 */
export class LogServer {
  readonly #limits: Required<LogLimits>;
  readonly #newNonce: () => string;
  #state: LogState = {};
  /** Identity of the running server process. */
  #id: string;

  constructor(limits: LogLimits, newNonce: () => string) {
    this.#limits = { ...standardLogLimits, ...limits };
    this.#newNonce = newNonce;
    this.#id = newNonce();
  }

  /** A copy of everything, as a replica or a file on disk has it. */
  image(): LogState {
    return copyState(this.#state);
  }

  /** Goes back, or over, to an image. */
  restore(image: LogState): void {
    this.#state = copyState(image);
  }

  /** The server is another one from now on. */
  replace(): void {
    this.#id = this.#newNonce();
  }

  lose(part: keyof LogState): void {
    this.#state[part] = undefined;
  }

  truncate(count: number): void {
    this.#state.entries?.truncate(count);
  }

  get meta(): LogMeta | undefined {
    return this.#state.meta;
  }

  /** Where it is lost, one of no epoch. */
  get patterns(): PositionTable {
    return (this.#state.patterns ??= new PositionTable(''));
  }

  get tags(): PositionTable {
    return (this.#state.tags ??= new PositionTable(''));
  }

  get entries(): EntryChain {
    return this.#state.entries ?? new EntryChain();
  }

  /**
   * Makes sure that what the speaker applied is not beyond the log, and once a second that the tables are one
   * whole: before that nobody is told what they say without `openTables`.
   */
  open(speaker: Speaker, now: number): LogMeta {
    const { meta } = this.#state;
    if (meta === undefined || speaker.applied > meta.last) return this.startEpoch(speaker, now);
    if (isSweepDue(meta, now) && !this.isWhole) return this.startEpoch(speaker, now);
    return this.#meetServer(meta, speaker, now);
  }

  /** Makes sure that the tables are one whole, and that there is a log, for somebody who only asks. */
  openTables(now: number): LogMeta {
    const { meta } = this.#state;
    return meta !== undefined && this.isWhole ? meta : this.startEpoch(nobody, now);
  }

  /** Whether nothing is missing and all is of one epoch. */
  get isWhole(): boolean {
    const { meta, entries, tags, patterns } = this.#state;
    const isOfEpoch = tags?.epoch === meta?.epoch && patterns?.epoch === meta?.epoch;
    return isOfEpoch && entries !== undefined;
  }

  /**
   * Nobody can vouch for the history: everything older is invalid from here on. Positions go on above all
   * that anybody has seen. Members and holds that are still known stay known.
   */
  startEpoch({ maxLagMs, applied }: Speaker, now: number): LogMeta {
    const { meta } = this.#state;
    const members = meta?.members ?? new MemberList();
    const base = Math.max(meta?.last ?? 0, applied, positionAt(now));
    const epoch = this.#newNonce();
    const started: LogMeta = {
      epoch,
      last: base + 1,
      nonce: epoch,
      floor: base,
      serverId: this.#id,
      settleUntil: 0,
      quietUntil: now + members.forgetApplied(Math.ceil(maxLagMs)),
      swept: now,
      members,
      holds: meta?.holds ?? new Map<string, HoldBan>(),
    };
    const first = {
      position: base + 1,
      previous: base,
      previousNonce: epoch,
      nonce: epoch,
      bans: [],
    };
    this.#state.meta = started;
    this.#state.entries = new EntryChain([first]);
    this.#emptyTables(epoch);
    return started;
  }

  /** Appends one entry; undefined when there is no log to append to. */
  add(meta: LogMeta, bans: readonly Ban[], now: number): Position | undefined {
    if (this.#state.entries === undefined) return undefined;
    const position = Math.max(meta.last + 1, positionAt(now));
    const nonce = this.#newNonce();
    const { last: previous, nonce: previousNonce } = meta;
    this.#state.entries.add({ position, previous, previousNonce, nonce, bans });
    meta.last = position;
    meta.nonce = nonce;
    for (const ban of bans) this.#note(meta, ban, position);
    return position;
  }

  /** Nobody is waited for any more when each member has said what it applied, and the unknown had the longest H. */
  endSettlingIfAllSpoke(meta: LogMeta, now: number): void {
    if (meta.quietUntil <= now && meta.members.haveAllSpoken) meta.settleUntil = 0;
  }

  /** Forgets what is old, at most once a second. */
  sweep(meta: LogMeta, now: number): void {
    if (!isSweepDue(meta, now)) return;
    meta.swept = now;
    // A wait that is longer than it can be was begun by a clock that has been set back since.
    const longestLagMs = meta.members.longestLagMs();
    meta.settleUntil = Math.min(meta.settleUntil, now + awaitedLags * longestLagMs);
    meta.quietUntil = Math.min(meta.quietUntil, now + longestLagMs);
    const cut = Math.min(positionAt(now - this.#limits.retentionMs), meta.last);
    this.entries.trim(cut);
    const { tags, patterns, pruneMs } = this.#limits;
    const pruned = positionAt(now - pruneMs);
    const dropped = [this.tags.cap(tags), this.patterns.cap(patterns)];
    meta.floor = Math.max(
      meta.floor,
      ...dropped,
      this.tags.prune(pruned),
      this.patterns.prune(pruned),
    );
    meta.members.sweep(now);
    for (const [token, { until }] of meta.holds) if (until <= now) meta.holds.delete(token);
  }

  /**
   * The server is another one than the last time: its history may have been cut. Those who remember more get
   * the time to say so before anybody trusts it: the longest H, and several of it as long as a member that was
   * there is missing. Where the first to come remembers nothing, nobody can.
   */
  #meetServer(meta: LogMeta, speaker: Speaker, now: number): LogMeta {
    if (meta.serverId === this.#id) return meta;
    if (!remembers(speaker, meta)) return this.startEpoch(speaker, now);
    const longestLagMs = meta.members.forgetApplied(Math.ceil(speaker.maxLagMs));
    meta.members.dropSilent();
    meta.settleUntil = now + awaitedLags * longestLagMs;
    meta.quietUntil = now + longestLagMs;
    meta.serverId = this.#id;
    return meta;
  }

  /** What a ban does to the tables besides standing in the log; a key does nothing. */
  #note(meta: LogMeta, ban: Ban, position: Position): void {
    if (ban.kind === 'tag') {
      this.tags.note((ban.soft === true ? 's' : 'h') + ban.tag, position);
    } else if (ban.kind === 'pattern') this.patterns.note(ban.pattern, position);
    else if (ban.kind === 'clear') {
      meta.floor = position;
      this.#emptyTables(meta.epoch);
    } else if (ban.kind === 'hold') meta.holds.set(ban.token, ban);
    else if (ban.kind === 'release') meta.holds.delete(ban.token);
  }

  #emptyTables(epoch: Epoch): void {
    this.#state.tags = new PositionTable(epoch);
    this.#state.patterns = new PositionTable(epoch);
  }
}

function isSweepDue({ swept }: LogMeta, now: number): boolean {
  return Math.abs(now - swept) >= sweepEveryMs;
}

/** Whether the speaker knows a place in the present history. */
export function remembers({ applied, epoch, nonce }: Speaker, meta: LogMeta): boolean {
  return applied > 0 && nonce !== '' && epoch === meta.epoch;
}
