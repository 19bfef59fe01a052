import type { Payload } from '../ports/codec.ts';
import type { StoredRecord } from '../ports/record.ts';
import {
  at,
  formatVersion,
  headerBytes,
  isConsistent,
  kindValue,
  magic,
  type RecordNumbers,
} from './record-layout.ts';

const failureFollows = 2;

/**
 * A record as it lies in its bytes: each field is read when it is asked for. Most reads need few of them, and
 * to make an object of all would cost more than the rest of a read does. Its fields are no properties of its own:
 * `copyRecord` makes a plain object of it.
 */
export class RecordView implements StoredRecord, Payload {
  readonly tags: readonly string[];
  readonly #bytes: Buffer;
  readonly #numbers: DataView;
  /** Where the record begins in what `#numbers` shows. */
  readonly #start: number;
  readonly #payloadAt: number;
  readonly #payloadEnd: number;

  private constructor(bytes: Buffer, numbers: DataView, { tags, payloadAt }: Tags) {
    this.tags = tags;
    this.#bytes = bytes;
    this.#numbers = numbers;
    this.#start = bytes.byteOffset;
    this.#payloadAt = payloadAt;
    this.#payloadEnd = headerBytes + numbers.getUint32(bytes.byteOffset + at.bodyLength);
  }

  /** The value in `bytes`; undefined when they are anything else, or broken. */
  static of(bytes: Buffer): RecordView | undefined {
    if (bytes.length < headerBytes) return undefined;
    const numbers = numbersIn(bytes.buffer);
    const start = bytes.byteOffset;
    if (!holdsValue(numbers, start, bytes.length)) return undefined;
    if (!isConsistent(numbersOf(numbers, start))) return undefined;
    const tags = numbers.getUint16(start + at.tagCount) === 0 ? none : readTags(bytes, numbers);
    return tags && new RecordView(bytes, numbers, tags);
  }

  get token(): string {
    return this.#bytes.toString('hex', at.token, at.lease);
  }

  get codec(): number {
    return this.#numbers.getUint8(this.#start + at.codec);
  }

  get epoch(): string {
    return readEpoch(this.#bytes, this.#numbers, this.#start);
  }

  get position(): number {
    return this.#numbers.getFloat64(this.#start + at.position);
  }

  get createdAt(): number {
    return this.#numbers.getFloat64(this.#start + at.createdAt);
  }

  get freshUntil(): number {
    return this.#numbers.getFloat64(this.#start + at.freshUntil);
  }

  get staleUntil(): number {
    return this.#numbers.getFloat64(this.#start + at.staleUntil);
  }

  get expiresAt(): number {
    return this.#numbers.getFloat64(this.#start + at.expiresAt);
  }

  get loadMs(): number {
    return this.#numbers.getFloat64(this.#start + at.loadMs);
  }

  get version(): number {
    return this.#numbers.getFloat64(this.#start + at.domainVersion);
  }

  /** A part of the bytes. */
  get payload(): Buffer {
    return this.#bytes.subarray(this.#payloadAt, this.#payloadEnd);
  }

  get payloadLength(): number {
    return this.#payloadEnd - this.#payloadAt;
  }

  copyPayload(target: Uint8Array, from: number): void {
    this.#bytes.copy(target, from, this.#payloadAt, this.#payloadEnd);
  }

  /** When the value ends by the clock of the node that keeps it; 0 when the key's own end is the value's. */
  get valueEnd(): number {
    return this.#numbers.getFloat64(this.#start + at.valueEnd);
  }
}

/** All of the value in `bytes`; undefined when they are anything else, or broken. The payload is a part of them. */
export function decodeRecord(bytes: Buffer): StoredRecord | undefined {
  const view = RecordView.of(bytes);
  return view && copyRecord(view);
}

/** A plain object with the fields of a record, which may be a view. */
export function copyRecord(record: StoredRecord): StoredRecord {
  const { token, codec, epoch, position, createdAt, freshUntil, staleUntil, expiresAt } = record;
  const { loadMs, version, tags, payload } = record;
  const times = { createdAt, freshUntil, staleUntil, expiresAt, loadMs };
  return { token, codec, epoch, position, ...times, version, tags, payload };
}

/** How all begins that holds a value: magic, version and kind. */
const valueMark = magic * 0x1_00_00 + formatVersion * 0x1_00 + kindValue;

function holdsValue(numbers: DataView, start: number, length: number): boolean {
  if (numbers.getUint32(start) !== valueMark) return false;
  const rest = length - headerBytes - numbers.getUint32(start + at.bodyLength);
  return (numbers.getUint8(start + at.flags) & failureFollows) === 0 ? rest === 0 : rest > 0;
}

/** What is to be consistent, each read once: it is looked at in every record. */
function numbersOf(numbers: DataView, start: number): RecordNumbers {
  return {
    position: numbers.getFloat64(start + at.position),
    createdAt: numbers.getFloat64(start + at.createdAt),
    freshUntil: numbers.getFloat64(start + at.freshUntil),
    staleUntil: numbers.getFloat64(start + at.staleUntil),
    expiresAt: numbers.getFloat64(start + at.expiresAt),
    version: numbers.getFloat64(start + at.domainVersion),
    loadMs: numbers.getFloat64(start + at.loadMs),
  };
}

interface Tags {
  readonly tags: readonly string[];
  readonly payloadAt: number;
}

const none: Tags = { tags: [], payloadAt: headerBytes };

/** The tags, and where the payload starts; undefined when they leave the body. */
function readTags(bytes: Buffer, numbers: DataView): Tags | undefined {
  const count = numbers.getUint16(bytes.byteOffset + at.tagCount);
  if (count === 0) return none;
  const end = headerBytes + numbers.getUint32(bytes.byteOffset + at.bodyLength);
  const tags: string[] = [];
  let offset = headerBytes;
  while (tags.length < count) {
    if (offset + 2 > end) return undefined;
    const start = offset + 2;
    offset = start + bytes.readUInt16BE(offset);
    if (offset > end) return undefined;
    tags.push(bytes.toString('utf8', start, offset));
  }
  return { tags, payloadAt: offset };
}

/** Larger ones are not kept for the sake of a view. */
const mostKept = 131_072;
let lastBuffer: ArrayBufferLike = new ArrayBuffer(0);
let lastView: DataView<ArrayBufferLike> = new DataView(lastBuffer);

/** The records of one answer lie in one buffer, mostly: its view is made once. */
function numbersIn(buffer: ArrayBufferLike): DataView {
  if (buffer === lastBuffer) return lastView;
  const view = new DataView(buffer);
  if (buffer.byteLength > mostKept) return view;
  [lastBuffer, lastView] = [buffer, view];
  return view;
}

let lastEpoch = '0000000000000000';
let lastEpochHigh = 0;
let lastEpochLow = 0;

/** Nearly all records are of one epoch: its text is made once. */
function readEpoch(bytes: Buffer, numbers: DataView, start: number): string {
  const high = numbers.getUint32(start + at.epoch);
  const low = numbers.getUint32(start + at.epoch + 4);
  if (high !== lastEpochHigh || low !== lastEpochLow) {
    lastEpoch = bytes.toString('hex', at.epoch, at.epoch + 8);
    lastEpochHigh = high;
    lastEpochLow = low;
  }
  return lastEpoch;
}
