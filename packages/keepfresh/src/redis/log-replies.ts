import type {
  Appended,
  Beat,
  Boot,
  HoldBan,
  LogEntry,
  MemberState,
  TagPositions,
} from '../core/ports/log.ts';
import type { Epoch, Position } from '../core/ports/record.ts';
import { bansFromJson, coversFromJson } from './ban-codec.ts';

/** An entry as XRANGE gives it: id, then one field and its value. */
type EntryReply = readonly [Buffer, readonly [Buffer, Buffer]];
/** Names and values, or members and scores, one after the other. */
type FlatReply = readonly Buffer[];
/** From where, its nonce, patterns with positions, meta. */
type BootReply = readonly [number, Buffer, FlatReply, FlatReply];

interface LogState {
  readonly epoch: Epoch;
  readonly last: Position;
  readonly nonce: string;
  readonly floor: Position;
  readonly settleUntil: number;
  readonly quietUntil: number;
}

/** Member id of those whom a log that lost its history does not know any more. */
export const unknownMember = '0000000000000000';

/** Reads the reply of `beat.lua` or `beat-fully.lua` to a member that had applied `applied`. */
export function readBeat(reply: unknown, applied: Position): Beat {
  const [bytes, entries, boot] = (Buffer.isBuffer(reply) ? [reply, []] : reply) as [
    Buffer,
    readonly EntryReply[],
    BootReply | undefined,
  ];
  const state = readState(bytes);
  return {
    epoch: state.epoch,
    end: state.last,
    nonce: state.nonce,
    floor: state.floor,
    serverNow: readNow(bytes),
    settlingMs: Math.max(0, state.settleUntil - readNow(bytes)),
    entries: readEntries(entries).filter(({ position }) => boot || position > applied),
    boot: boot && readBoot(boot, readNow(bytes)),
  };
}

/** Reads the reply of `append.lua` or `append-fully.lua`. */
export function readAppended(reply: unknown, members: readonly MemberState[]): Appended {
  const [bytes, contiguous, missed] = (Buffer.isBuffer(reply) ? [reply, 1, []] : reply) as [
    Buffer,
    number,
    readonly EntryReply[],
  ];
  const state = readState(bytes);
  const entries = readEntries(missed);
  return {
    epoch: state.epoch,
    position: state.last,
    nonce: state.nonce,
    floor: state.floor,
    serverNow: readNow(bytes),
    missed: entries,
    contiguous: contiguous === 1 && entries.length === missed.length,
    members,
  };
}

/** Reads the reply of `tag-positions.lua`. */
export function readTagPositions(reply: unknown): TagPositions {
  const [epoch, ...scores] = reply as [Buffer, ...(Buffer | null)[]];
  const positions = [];
  for (let i = 0; i < scores.length; i += 2)
    positions.push({ hard: Number(scores[i] ?? 0), soft: Number(scores[i + 1] ?? 0) });
  return { epoch: String(epoch), positions };
}

/**
 * The members in the fields of meta. As long as some may still trust what a lost history told them, one more
 * stands for those that nobody knows.
 */
export function readMembers(meta: FlatReply, serverNow: number): MemberState[] {
  const members: MemberState[] = [];
  for (const [field, value] of pairsOf(meta)) {
    if (field.startsWith('m:')) members.push(readMember(field.slice(2), value));
    if (field !== 'state') continue;
    const left = readState(value).quietUntil - serverNow;
    if (left > 0) members.push({ id: unknownMember, maxLagMs: left, applied: 0 });
  }
  return members;
}

/** The state as `scripts/parts/control.lua` lays it out. */
function readState(bytes: Buffer): LogState {
  return {
    epoch: bytes.toString('latin1', 0, 16),
    last: bytes.readDoubleBE(16),
    nonce: bytes.toString('latin1', 24, 40),
    floor: bytes.readDoubleBE(40),
    settleUntil: bytes.readDoubleBE(48),
    quietUntil: bytes.readDoubleBE(56),
  };
}

/** The server's clock, which the scripts put behind the state, before 8 more bytes. */
function readNow(bytes: Buffer): number {
  return bytes.readDoubleBE(bytes.length - 16);
}

function readMember(id: string, value: Buffer): MemberState {
  return { id, maxLagMs: value.readDoubleBE(8), applied: value.readDoubleBE(0) };
}

function readBoot([from, nonce, patterns, meta]: BootReply, serverNow: number): Boot {
  return {
    from,
    nonce: String(nonce),
    patterns: [...pairsOf(patterns)]
      .filter(([member]) => member.startsWith('p'))
      .map(([member, position]) => ({ pattern: member.slice(1), position: Number(position) })),
    holds: [...pairsOf(meta)]
      .filter(([field]) => field.startsWith('h:'))
      .map(([field, value]) => readHold(field.slice(2), String(value)))
      .filter(({ until }) => until > serverNow),
  };
}

function readHold(token: string, value: string): HoldBan {
  const space = value.indexOf(' ');
  const covers = coversFromJson(value.slice(space + 1));
  return { kind: 'hold', token, until: Number(value.slice(0, space)), covers };
}

/** The entries, up to the first that does not follow the one before it: somebody removed what was between. */
function readEntries(replies: readonly EntryReply[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const reply of replies) {
    const entry = readEntry(reply);
    const last = entries.at(-1);
    if (last !== undefined && entry.previous !== last.position) break;
    entries.push(entry);
  }
  return entries;
}

function readEntry([id, [, value]]: EntryReply): LogEntry {
  return {
    position: Number.parseInt(String(id), 10),
    previous: value.readDoubleBE(0),
    nonce: value.toString('latin1', 24, 40),
    bans: bansFromJson(value.toString('utf8', 40)),
  };
}

function* pairsOf(flat: FlatReply): Generator<[string, Buffer]> {
  for (let i = 0; i + 1 < flat.length; i += 2) yield [String(flat[i]), flat[i + 1]!];
}
