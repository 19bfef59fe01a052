import {
  type Appended,
  type Beat,
  type Boot,
  type HoldBan,
  type LogEntry,
  type Member,
  type MemberState,
  type TagPositions,
  unknownMember,
} from '../../core/ports/log.ts';
import type { Position } from '../../core/ports/record.ts';
import { bansFromJson, coversFromJson } from './ban-codec.ts';
import { decodeHead, type LogHead } from './log-head.ts';

/** An entry as XRANGE gives it: id, then one field and its value. */
type EntryReply = readonly [Buffer, readonly [Buffer, Buffer]];
/** Names and values, or members and scores, one after the other. */
type FlatReply = readonly Buffer[];
/** From where, its nonce, patterns with positions, meta. */
type BootReply = readonly [number, Buffer, FlatReply, FlatReply];

/** What stands beside the head of the log, and the server's clock. */
interface RestAndNow {
  readonly floor: Position;
  readonly settleUntil: number;
  readonly quietUntil: number;
  readonly serverNow: number;
}

/** Reads the reply of `beat.lua` or `beat-fully.lua` to this member. */
export function readBeat(
  reply: unknown,
  member: Pick<Member, 'epoch' | 'applied' | 'nonce'>,
): Beat {
  const [bytes, head, entries, boot] = (Buffer.isBuffer(reply) ? [reply] : reply) as [
    Buffer,
    Buffer?,
    (readonly EntryReply[])?,
    BootReply?,
  ];
  const { floor, settleUntil, serverNow } = readRest(bytes);
  const { epoch, nonce, last } =
    head === undefined ? { ...member, last: member.applied } : decodeHead(head);
  return {
    epoch,
    end: last,
    nonce,
    floor,
    serverNow,
    settlingMs: Math.max(0, settleUntil - serverNow),
    entries: readEntries(entries ?? []).filter(
      ({ position }) => boot !== undefined || position > member.applied,
    ),
    boot: boot && readBoot(boot, serverNow),
  };
}

/** Reads the reply of `append-fully.lua`; the members are not in it. */
export function readAppended(reply: unknown): Appended {
  const [bytes, head, contiguous, missed] = reply as [
    Buffer,
    Buffer,
    number,
    readonly EntryReply[],
  ];
  const { last: position, ...rest } = decodeHead(head);
  const { floor, serverNow } = readRest(bytes);
  return { position, ...rest, floor, serverNow, members: [], ...readMissed(contiguous, missed) };
}

/** Reads the reply of `append.lua`: `prepared` is what the head is now, if the log was as its member knew it. */
export function readAppendedShort(
  reply: unknown,
  prepared: LogHead,
  known: Pick<Appended, 'floor' | 'serverNow'>,
): Appended {
  const [head, missed] = (Array.isArray(reply) ? reply : []) as [Buffer?, (readonly EntryReply[])?];
  const { last: position, ...rest } = head === undefined ? prepared : decodeHead(head);
  return { position, ...rest, ...known, members: [], ...readMissed(1, missed ?? []) };
}

function readMissed(
  contiguous: number,
  replies: readonly EntryReply[],
): Pick<Appended, 'missed' | 'contiguous'> {
  const missed = readEntries(replies);
  return { missed, contiguous: contiguous === 1 && missed.length === replies.length };
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
 * Reads the reply of `members.lua`. As long as some may still trust what a lost history told them, one more stands
 * for those that nobody knows; `unknownLagMs` is for how long, where it is not known.
 */
export function readMembers(reply: unknown, unknownLagMs: number): MemberState[] {
  const [serverNow, rest, meta] = reply as [number, Buffer | null, FlatReply];
  const members = [...pairsOf(meta)]
    .filter(([field]) => field.startsWith('m:'))
    .map(([field, value]) => readMember(field.slice(2), value));
  const isKnown = rest !== null && meta.length > 0;
  const left = isKnown ? readRest(rest).quietUntil - serverNow : unknownLagMs;
  if (left > 0) members.push({ id: unknownMember, maxLagMs: left, applied: 0 });
  return members;
}

/** The rest of the state as `scripts/parts/control.lua` lays it out; the scripts put the clock behind it. */
function readRest(bytes: Buffer): RestAndNow {
  return {
    floor: bytes.readDoubleBE(0),
    settleUntil: bytes.readDoubleBE(8),
    quietUntil: bytes.readDoubleBE(16),
    serverNow: bytes.length < 48 ? 0 : bytes.readDoubleBE(40),
  };
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
