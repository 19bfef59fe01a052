import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Appended,
  AppendRequest,
  Ban,
  Beat,
  Log,
  LogEntry,
  Member,
} from '../core/ports/log.ts';

/** How much the log of a case shall remember. */
export interface LogKitOptions {
  /** For how long entries are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly tags: number;
  readonly patterns: number;
}

/** A log that a conformance case may use as it likes, and what the case needs besides. */
export interface LogUnderTest {
  readonly log: Log;
  /** Lets time pass for the log. @default real time passes */
  readonly pass?: (ms: number) => Promise<void>;
  /** What can go wrong behind the log's back; leave out what the limit `faults: false` declares. */
  readonly faults?: LogFaults;
  readonly close?: () => Promise<void>;
}

/** Ways to take history away from a log. */
export interface LogFaults {
  /** Each loses one of the things the log is kept in. */
  readonly losses: Readonly<Record<string, () => Promise<void>>>;
  /** Keeps what the log holds now, and returns what brings it back. */
  readonly image: () => Promise<() => Promise<void>>;
  /** From now on the log is served by another server with what it has. */
  readonly changeServer: () => Promise<void>;
}

/** Makes a new, empty log for one case. */
export type ConnectLog = (options: LogKitOptions) => LogUnderTest | Promise<LogUnderTest>;

/** What a case works with. */
export interface LogCase {
  readonly log: Log;
  readonly pass: (ms: number) => Promise<void>;
  readonly faults: LogFaults;
  /** A member of this log that follows it as a cache does. */
  readonly follower: (maxLagMs?: number) => Follower;
}

/** One sentence about logs and what checks it. */
export interface LogSentence {
  readonly name: string;
  readonly options?: Partial<LogKitOptions>;
  readonly check: (given: LogCase) => Promise<void>;
}

const generous: LogKitOptions = { retentionMs: 60_000, tags: 1000, patterns: 1000 };

/** Runs one sentence over a log of its own. */
export async function checkLog(sentence: LogSentence, connect: ConnectLog): Promise<void> {
  const subject = await connect({ ...generous, ...sentence.options });
  const { log, pass = sleep } = subject;
  const faults = subject.faults as LogFaults;
  const follower = (maxLagMs = 1000): Follower => new Follower(log, maxLagMs);
  try {
    await sentence.check({ log, pass, faults, follower });
  } finally {
    await subject.close?.();
  }
}

/** A member that follows a log as a cache does, and remembers all it was told. */
export class Follower {
  member: Member;
  /** The entries it applied since it last booted. */
  entries: LogEntry[] = [];
  readonly #log: Log;

  constructor(log: Log, maxLagMs: number) {
    this.#log = log;
    this.member = { id: newHex(8), maxLagMs, epoch: '', applied: 0, nonce: '' };
  }

  /** Beats once and applies what comes; fails when that does not continue what it had. */
  async beat(): Promise<Beat> {
    const beat = await this.#log.beat(this.member);
    if (beat.boot !== undefined) {
      this.entries = [];
      const { from, nonce } = beat.boot;
      this.member = { ...this.member, epoch: beat.epoch, applied: from, nonce };
    }
    assert.equal(beat.epoch, this.member.epoch);
    for (const entry of beat.entries) this.#apply(entry);
    assert.ok(this.member.applied <= beat.end);
    if (this.member.applied === beat.end) assert.equal(this.member.nonce, beat.nonce);
    return beat;
  }

  /** Beats until all is applied; returns the last beat. */
  async catchUp(): Promise<Beat> {
    for (let beats = 0; beats < 100; beats++) {
      const beat = await this.beat();
      if (this.member.applied === beat.end) return beat;
    }
    return assert.fail('a hundred beats did not bring all entries');
  }

  /** Appends and applies what it missed and its own entry, when that follows. */
  async append(bans: readonly Ban[], request: Partial<AppendRequest> = {}): Promise<Appended> {
    const appended = await this.#log.append(this.member, { bans, ...request });
    if (!appended.contiguous) return appended;
    assert.equal(appended.epoch, this.member.epoch);
    for (const entry of appended.missed) this.#apply(entry);
    const { position, nonce } = appended;
    this.#apply({ position, previous: this.member.applied, nonce, bans });
    return appended;
  }

  #apply(entry: LogEntry): void {
    assert.equal(entry.previous, this.member.applied, 'an entry does not follow the one before');
    assert.ok(entry.position > entry.previous);
    this.entries.push(entry);
    this.member = { ...this.member, applied: entry.position, nonce: entry.nonce };
  }
}

export function newHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

export function keyBan(key: string): Ban {
  return { kind: 'key', key };
}

export function tagBan(tag: string): Ban {
  return { kind: 'tag', tag };
}
