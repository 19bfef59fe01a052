import type { Member } from '../../core/ports/log.ts';
import type { Position } from '../../core/ports/record.ts';
import type { RedisArgument } from '../connections/connection.ts';
import { encodeHead, linkOfHead, type LogHead } from './log-head.ts';

/** What is to be appended. */
export interface EntryContent {
  readonly nonce: string;
  /** The bans as they stand in the log. */
  readonly bans: string;
  /** What they do to the tables. */
  readonly effects: readonly string[];
}

const startOf2026 = Date.UTC(2026, 0, 1);
const positionsPerMs = 4_096;

/**
 * An entry as the member makes it that appends it, for a log that has nothing the member has not applied: its
 * position and its link to the entry before. The server only compares, which is cheaper for everybody.
 */
export class PreparedEntry {
  /** The head of the log when the entry was appended at the place it was made for. */
  readonly head: LogHead;
  readonly #member: Member;
  readonly #content: EntryContent;

  /** `serverNow` is the log server's clock, in milliseconds: it may be late, and must not be early. */
  constructor(member: Member, content: EntryContent, serverNow: number) {
    this.#member = member;
    this.#content = content;
    const { epoch, applied } = member;
    const { nonce } = content;
    this.head = { epoch, last: Math.max(applied + 1, positionAt(serverNow)), nonce };
  }

  /** The arguments of `scripts/append.lua`. */
  argumentsFor(runId: string): readonly RedisArgument[] {
    const { id, epoch, applied: last, nonce } = this.#member;
    const { bans, effects } = this.#content;
    const before = encodeHead({ epoch, last, nonce }, runId);
    const link = before.subarray(linkOfHead.from, linkOfHead.to);
    const entry = Buffer.concat([link, Buffer.from(this.head.nonce + bans)]);
    const after = encodeHead(this.head, runId);
    return [before, String(this.head.last), entry, after, id, ...effects];
  }
}

/** The first position that belongs to a millisecond of the log's clock. */
function positionAt(ms: number): Position {
  return (ms - startOf2026) * positionsPerMs;
}
