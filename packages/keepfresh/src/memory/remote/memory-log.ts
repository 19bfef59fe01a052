import { CacheError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import {
  type Appended,
  type AppendRequest,
  type Beat,
  type Boot,
  type Log,
  type LogEntry,
  type Member,
  type MemberState,
  mostEntriesOfBeat,
  mostMissedEntries,
  type TagPositions,
  unknownMember,
} from '../../core/ports/log.ts';
import type { LogLimits } from '../../core/ports/log-limits.ts';
import type { Random } from '../../core/ports/random.ts';
import { type ChainedEntry, unbroken } from './entry-chain.ts';
import { LogServer, remembers } from './log-server.ts';
import type { LogMeta, LogState } from './log-state.ts';

export interface MemoryLogOptions extends LogLimits {
  /** The clock of the log's server: its wall clock. */
  readonly clock: Clock;
  readonly random: Random;
}

/** Everything a log kept at one moment. */
export type LogImage = Readonly<LogState>;

/** What can be lost alone; `meta` has the epoch, the floors, the members and the holds. */
export type LogPart = keyof LogState;

/**
 * The log of invalidations within one process: the reference implementation of the port `Log`. Each method is
 * one synchronous step. It can be broken on purpose in the ways in which a server breaks; for tests.
 */
export class MemoryLog implements Log {
  readonly #clock: Clock;
  readonly #server: LogServer;
  readonly #listeners = new Set<(memberId: string) => void>();

  constructor({ clock, random, ...limits }: MemoryLogOptions) {
    this.#clock = clock;
    this.#server = new LogServer(limits, () => random.hex(8));
  }

  async beat(member: Member): Promise<Beat> {
    const now = this.#now();
    const { meta, entries, boot } = this.#follow(member, now);
    meta.members.heard(member, boot === undefined ? member.applied : 0, now);
    this.#server.endSettlingIfAllSpoke(meta, now);
    this.#server.sweep(meta, now);
    const { epoch, last, nonce, floor } = meta;
    return {
      epoch,
      end: last,
      nonce,
      floor,
      serverNow: now,
      settlingMs: Math.max(0, meta.settleUntil - now),
      entries: unbroken(entries),
      boot,
    };
  }

  async append(member: Member, request: AppendRequest): Promise<Appended> {
    const now = this.#now();
    let { meta, missed } = this.#missed(member, now);
    let position = this.#server.add(meta, request.bans, now);
    if (position === undefined) {
      meta = this.#server.startEpoch(member, now);
      missed = undefined;
      position = this.#server.add(meta, request.bans, now)!;
    }
    const { epoch, nonce } = meta;
    this.#server.sweep(meta, now);
    this.#tellNews(member.id);
    if ((request.durable ?? 0) > 0) throw noReplicas(request.durable!);
    return {
      epoch,
      position,
      nonce,
      floor: meta.floor,
      serverNow: now,
      missed: missed ?? [],
      contiguous: missed !== undefined,
      members: request.members === false ? [] : statesOf(meta, now),
    };
  }

  async tagPositions(tags: readonly string[]): Promise<TagPositions> {
    const { epoch } = this.#server.openTables(this.#now());
    const table = this.#server.tags;
    const positions = tags.map((tag) => ({ hard: table.of(`h${tag}`), soft: table.of(`s${tag}`) }));
    return { epoch, positions };
  }

  async members(): Promise<readonly MemberState[]> {
    const { meta } = this.#server;
    return meta === undefined ? [] : statesOf(meta, this.#now());
  }

  async leave(memberId: string): Promise<void> {
    this.#server.meta?.members.remove(memberId);
  }

  onNews(onNews: (memberId: string) => void): () => void {
    const own = (memberId: string): void => onNews(memberId);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** A copy of everything, as a replica or a file on disk would have it. */
  image(): LogImage {
    return this.#server.image();
  }

  /** Fault: goes back, or over, to an image. A failover, or a restart from disk, is this and `serverChanged`. */
  restore(image: LogImage): void {
    this.#server.restore(image);
  }

  /** Fault: another server has the same content from now on. */
  serverChanged(): void {
    this.#server.replace();
  }

  /** Fault: loses one part, as an eviction of one key does, or all, as a flush does. */
  lose(part: LogPart | 'all'): void {
    const parts = part === 'all' ? (['meta', 'entries', 'tags', 'patterns'] as const) : [part];
    for (const each of parts) this.#server.lose(each);
  }

  /** Fault: loses the newest entries while everything else stays. */
  truncate(count: number): void {
    this.#server.truncate(count);
  }

  /** What follows what the member applied, or what it has to start from. */
  #follow(
    member: Member,
    now: number,
  ): { meta: LogMeta; entries: readonly ChainedEntry[]; boot: Boot | undefined } {
    const meta = this.#server.open(member, now);
    if (!remembers(member, meta)) return this.#boot(meta, member, now);
    const followed = this.#server.entries.follow(member.applied, member.nonce, mostEntriesOfBeat);
    if (followed.fit === 'lost') {
      return this.#boot(this.#server.startEpoch(member, now), member, now);
    }
    if (followed.fit === 'behind') return this.#boot(meta, member, now);
    return { meta, entries: followed.entries, boot: undefined };
  }

  #boot(
    present: LogMeta,
    member: Member,
    now: number,
  ): { meta: LogMeta; entries: readonly ChainedEntry[]; boot: Boot } {
    const isKept = this.#server.isWhole && this.#server.entries.length > 0;
    const meta = isKept ? present : this.#server.startEpoch(member, now);
    const entries = this.#server.entries.oldest(mostEntriesOfBeat);
    const { previous, previousNonce } = entries[0]!;
    const patterns = [...this.#server.patterns].map(([pattern, position]) => ({
      pattern,
      position,
    }));
    const holds = [...meta.holds.values()].filter(({ until }) => until > now);
    return { meta, entries, boot: { from: previous, nonce: previousNonce, patterns, holds } };
  }

  /** What the member had not applied; undefined when there is more than a reply carries, or a break. */
  #missed(member: Member, now: number): { meta: LogMeta; missed: readonly LogEntry[] | undefined } {
    const meta = this.#server.open(member, now);
    if (!remembers(member, meta)) return { meta, missed: undefined };
    const { applied, nonce } = member;
    const { fit, entries } = this.#server.entries.follow(applied, nonce, mostMissedEntries + 1);
    if (fit === 'lost') return { meta: this.#server.startEpoch(member, now), missed: undefined };
    const missed = unbroken(entries);
    const isAll = fit === 'fits' && entries.length <= mostMissedEntries;
    return { meta, missed: isAll && missed.length === entries.length ? missed : undefined };
  }

  /** Later, as a message would come: no listener runs within somebody's command. */
  #tellNews(memberId: string): void {
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) listener(memberId);
    });
  }

  #now(): number {
    return Math.floor(this.#clock.now());
  }
}

/** As long as some may still trust what a lost history told them, one more stands for those. */
function statesOf(meta: LogMeta, now: number): MemberState[] {
  const states = meta.members.states();
  const left = meta.quietUntil - now;
  if (left > 0) states.push({ id: unknownMember, maxLagMs: left, applied: 0 });
  return states;
}

function noReplicas(wanted: number): CacheError {
  return new CacheError(
    'REMOTE_TIMEOUT',
    `0 of ${wanted} replicas had the invalidation: this log has none.`,
  );
}
