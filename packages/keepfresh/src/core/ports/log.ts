import type { Epoch, Position, Token } from './record.ts';

/**
 * The log of invalidations (the control plane). It orders what was invalidated; its positions are the only
 * clock that is compared between machines. One log belongs to one cache name.
 *
 * Each method is one atomic step on the log's master. A log whose history is broken (it ends before what the
 * caller applied; it holds another entry where the caller applied one; something that it is kept in is gone or
 * of another epoch) starts a new epoch: everything older becomes invalid. It does so in that same step when the
 * caller would be told, or would rely on, what is broken, and within a second of beats otherwise. Where the log
 * merely forgot (trimmed entries, pruned tables), it raises a floor instead.
 */
export interface Log {
  /**
   * Records that this member is alive and what it has applied, and returns what follows.
   * It is a write, so only a master answers it; an answer vouches for everything up to `end`.
   * A member of another epoch, or with `applied` 0, is started afresh (`Beat.boot`).
   */
  beat(member: Member): Promise<Beat>;

  /**
   * Appends one entry and returns its position with the entries the caller had not applied before it
   * (at most 64; `contiguous` is false when there were more). It does not list the member: its beats do. More
   * tags and patterns than the log keeps are dropped within a second of beats.
   */
  append(member: Member, request: AppendRequest): Promise<Appended>;

  /** Newest invalidation of each tag, in order; 0 for a tag that was never invalidated or was pruned. */
  tagPositions(tags: readonly string[]): Promise<TagPositions>;

  /**
   * What each member has applied, as the members last said, and how long each may trust what it has. After
   * the history was lost or the server changed, nobody is taken to have applied anything until it says so
   * again, and a member with the id `0000000000000000` stands for those the log does not know any more until
   * their time is over. One that was silent for many times its H is removed. It cannot trust any more, and
   * its next beat lists it again and tells it what followed in the same step, so it need not be told.
   */
  members(): Promise<readonly MemberState[]>;

  /** Removes this member, so that nobody waits for it. */
  leave(memberId: string): Promise<void>;

  /**
   * Calls `onNews` soon after something was appended by anybody, with the member who did. Advisory: news may
   * be lost, late or repeated; whom it is new to beats. Returns what ends it.
   */
  onNews(onNews: (memberId: string) => void): () => void;
}

/** Most entries that one beat brings. */
export const mostEntriesOfBeat = 256;
/** Most entries that the reply to an append brings. */
export const mostMissedEntries = 64;

/** Stands among the members for those of a lost history, whom nobody knows any more. */
export const unknownMember = '0000000000000000';

/** How long a durable append waits for its replicas, in milliseconds; it rejects when they are late. */
export const durableMs = 1_000;

/** One cache in one process. */
export interface Member {
  /** Random and unique: 16 hexadecimal digits. */
  readonly id: string;
  /** H: for how long after a beat this member trusts what it has, in milliseconds. */
  readonly maxLagMs: number;
  readonly epoch: Epoch;
  /** The last position this member applied without a gap, 0 at the start. */
  readonly applied: Position;
  /** The nonce of the entry at `applied`, '' at the start. */
  readonly nonce: string;
}

export interface LogEntry {
  readonly position: Position;
  /** The position before this one in the same history. A gap shows here. */
  readonly previous: Position;
  /** 16 hexadecimal digits, random: tells apart two entries that share a position after a failover. */
  readonly nonce: string;
  readonly bans: readonly Ban[];
}

/**
 * One invalidation: it covers values whose load began before it.
 * An entry whose kind a reader does not know counts as `{ kind: 'clear' }`.
 */
export type Ban = KeyBan | TagBan | PatternBan | ClearBan | HoldBan | ReleaseBan | AcknowledgeBan;

/** `except`: the value with this token is not covered (`set` bans every other value of its key). */
export interface KeyBan {
  readonly kind: 'key';
  readonly key: string;
  readonly except?: Token | undefined;
  /** `expire` makes values stale instead of invalid. */
  readonly soft?: boolean | undefined;
}
export interface TagBan {
  readonly kind: 'tag';
  readonly tag: string;
  readonly soft?: boolean | undefined;
}
/** `pattern`: a Redis glob over the UTF-8 bytes of the key. */
export interface PatternBan {
  readonly kind: 'pattern';
  readonly pattern: string;
}
export interface ClearBan {
  readonly kind: 'clear';
}
/**
 * Until `release` with the same token, or until `until` (milliseconds of the log server's clock), loads that
 * `covers` covers and that start or end meanwhile are not stored. The entry's other bans apply as usual.
 */
export interface HoldBan {
  readonly kind: 'hold';
  readonly token: Token;
  readonly until: number;
  readonly covers: readonly (KeyBan | TagBan | PatternBan)[];
}
export interface ReleaseBan {
  readonly kind: 'release';
  readonly token: Token;
}

/** Asks every member to beat again as soon as it has applied the entry: somebody waits until all have. */
export interface AcknowledgeBan {
  readonly kind: 'acknowledge';
}

export interface AppendRequest {
  readonly bans: readonly Ban[];
  /** Wait until this many replicas have it, at most `durableMs`; 0 does not wait. */
  readonly durable?: number | undefined;
  /** Whether the reply lists the members: only a strict invalidation waits for them. @default true */
  readonly members?: boolean | undefined;
}

export interface Beat {
  readonly epoch: Epoch;
  /** The newest position and its nonce when the beat executed. */
  readonly end: Position;
  readonly nonce: string;
  /** Values with S below the floor are invalid. */
  readonly floor: Position;
  /** The log server's clock, in milliseconds. */
  readonly serverNow: number;
  /**
   * For how long at most nobody may trust yet, in milliseconds: the server changed, and survivors must speak first.
   * They have the largest H, and five times that while one of those that were there is missing.
   */
  readonly settlingMs: number;
  /** What follows `Member.applied`, oldest first, without a gap; not all of it when `end` is further. */
  readonly entries: readonly LogEntry[];
  /**
   * Present when the member has to forget what it knew and start from these tables: it is new, its epoch is
   * over, or entries it had not applied were trimmed. `entries` then begin at `from`.
   */
  readonly boot?: Boot | undefined;
}

export interface Boot {
  /** Applied position to start from; `entries` follow it. */
  readonly from: Position;
  /** Nonce of the entry at `from`, or '' where it was trimmed. */
  readonly nonce: string;
  readonly patterns: readonly { readonly pattern: string; readonly position: Position }[];
  readonly holds: readonly HoldBan[];
}

export interface Appended {
  readonly epoch: Epoch;
  readonly position: Position;
  readonly nonce: string;
  /** As of the append, or of the member's last beat. */
  readonly floor: Position;
  /** The log server's clock, in milliseconds: as of the append, or reckoned from the member's last beat. */
  readonly serverNow: number;
  /** Entries between the caller's applied position and this one, oldest first. */
  readonly missed: readonly LogEntry[];
  /** Whether `missed` is all there was and continues what the caller had applied. */
  readonly contiguous: boolean;
  /** As they are after the append; empty when the request said so. */
  readonly members: readonly MemberState[];
}

export interface TagPositions {
  readonly epoch: Epoch;
  readonly positions: readonly { readonly hard: Position; readonly soft: Position }[];
}

export interface MemberState {
  readonly id: string;
  readonly maxLagMs: number;
  readonly applied: Position;
}
