/**
 * The bytes of a record in a shared store. The header's 128 bytes are frozen: whoever knows the magic may
 * read and write its fields, whatever the version (the scripts of two versions meet in one Redis). What
 * follows the header belongs to the version. All numbers are big-endian; `f64` is an IEEE 754 double, which
 * keeps every number of the port exactly.
 *
 * ```
 *   0  magic       'K' 0xF5: no UTF-8 text starts so
 *   2  version     u8      of what follows the header: 1
 *   3  kind        u8      'L' a lease only, 'V' a value
 *   4  flags       u8      1 somebody waits, 2 a failure follows the body
 *   5  codec       u8
 *   6  tags        u16     how many
 *   8  token       16      identity of the fill that wrote the value; zero without a value
 *  24  lease       16      who may fill; zero: nobody
 *  40  leaseUntil  f64     by the clock of the node that keeps the record
 *  48  leaseMs     u32     how long that lease was given; a lease that ends later than this from now is void
 *  52  bodyLength  u32     tags and payload together
 *  56  epoch       8
 *  64  position    f64     S
 *  72  createdAt   f64
 *  80  freshUntil  f64
 *  88  staleUntil  f64
 *  96  expiresAt   f64
 * 104  version     f64     the domain version
 * 112  loadMs      f64
 * 120  valueEnd    f64     end of the value by the node's clock where a lease prolongs the key; else 0
 * 128  body                per tag u16 length and UTF-8; then the payload
 *      failure             token 16, until f64 (the node's clock), JSON; only with flag 2
 * ```
 */
import { invalidArgument } from '../errors.ts';
import type { StoredRecord } from '../ports/record.ts';

/** Length of the header in bytes. */
export const headerBytes = 128;

/** The first two bytes. */
export const magic = 0x4bf5;
/** Of what follows the header. */
export const formatVersion = 1;
/** The kind of a record that has a value. */
export const kindValue = 0x56;
const longestTag = 0xffff;

/** Where the fields lie. */
export const at = {
  version: 2,
  kind: 3,
  flags: 4,
  codec: 5,
  tagCount: 6,
  token: 8,
  lease: 24,
  bodyLength: 52,
  epoch: 56,
  position: 64,
  createdAt: 72,
  freshUntil: 80,
  staleUntil: 88,
  expiresAt: 96,
  domainVersion: 104,
  loadMs: 112,
  valueEnd: 120,
} as const;

/** The record as bytes, without a lease. Throws INVALID_ARGUMENT for what could not be read back. */
export function encodeRecord(record: StoredRecord): Buffer {
  if (!isConsistent(record)) throw invalidArgument('record', 'a consistent record', record);
  const bodyLength = record.payload.length + tagsLength(record.tags);
  const bytes = Buffer.allocUnsafe(headerBytes + bodyLength);
  writeHeader(bytes, record, bodyLength);
  bytes.set(record.payload, writeTags(bytes, record.tags));
  return bytes;
}

function writeHeader(bytes: Buffer, record: StoredRecord, bodyLength: number): void {
  bytes.fill(0, 0, headerBytes);
  bytes.writeUInt16BE(magic, 0);
  bytes[at.version] = formatVersion;
  bytes[at.kind] = kindValue;
  bytes[at.codec] = record.codec;
  bytes.writeUInt16BE(record.tags.length, at.tagCount);
  writeHex(bytes, record.token, at.token, 16, 'record.token');
  bytes.writeUInt32BE(bodyLength, at.bodyLength);
  writeHex(bytes, record.epoch, at.epoch, 8, 'record.epoch');
  bytes.writeDoubleBE(record.position, at.position);
  bytes.writeDoubleBE(record.createdAt, at.createdAt);
  bytes.writeDoubleBE(record.freshUntil, at.freshUntil);
  bytes.writeDoubleBE(record.staleUntil, at.staleUntil);
  bytes.writeDoubleBE(record.expiresAt, at.expiresAt);
  bytes.writeDoubleBE(record.version, at.domainVersion);
  bytes.writeDoubleBE(record.loadMs, at.loadMs);
}

function writeHex(bytes: Buffer, hex: string, offset: number, length: number, field: string): void {
  const written = hex.length === 2 * length ? bytes.write(hex, offset, length, 'hex') : 0;
  if (written !== length) throw invalidArgument(field, `${2 * length} hexadecimal digits`, hex);
}

function tagsLength(tags: readonly string[]): number {
  if (tags.length > 0xffff) throw invalidArgument('record.tags', 'at most 65,535 tags', tags);
  let length = 0;
  for (const tag of tags) length += 2 + Buffer.byteLength(tag);
  return length;
}

function writeTags(bytes: Buffer, tags: readonly string[]): number {
  let offset = headerBytes;
  for (const tag of tags) {
    const length = bytes.write(tag, offset + 2);
    if (length > longestTag) throw invalidArgument('record.tags', 'at most 65,535 bytes each', tag);
    bytes.writeUInt16BE(length, offset);
    offset += 2 + length;
  }
  return offset;
}

/** The numbers of a record that say something together. */
export type RecordNumbers = Pick<
  StoredRecord,
  'position' | 'createdAt' | 'freshUntil' | 'staleUntil' | 'expiresAt' | 'version' | 'loadMs'
>;

/** Whether numbers can be those of a record. Comparisons are written so that NaN fails them. */
export function isConsistent(record: RecordNumbers): boolean {
  return (
    Number.isSafeInteger(record.position) &&
    record.position >= 0 &&
    Number.isFinite(record.createdAt) &&
    Number.isFinite(record.freshUntil) &&
    record.freshUntil <= record.staleUntil &&
    record.staleUntil <= record.expiresAt &&
    Number.isFinite(record.expiresAt) &&
    Number.isFinite(record.version) &&
    record.loadMs >= 0 &&
    Number.isFinite(record.loadMs)
  );
}
