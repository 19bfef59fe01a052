import type { StoredRecord } from '../ports/record.ts';
import { at, formatVersion, headerBytes, isConsistent, kindValue, magic } from './record-layout.ts';

const failureFollows = 2;

/**
 * A record as it lies in its bytes: each field is read when it is asked for. Most reads need few of them, and
 * to make an object of all would cost more than the rest of a read does. Its fields are no properties of its own:
 * `copyRecord` makes a plain object of it.
 */
export class RecordView implements StoredRecord {
  readonly tags: readonly string[];
  readonly #bytes: Buffer;
  readonly #numbers: DataView;
  /** Where the record begins in what `#numbers` shows. */
  readonly #start: number;
  readonly #payloadAt: number;

  private constructor(bytes: Buffer, numbers: DataView, { tags, payloadAt }: Tags) {
    this.tags = tags;
    this.#bytes = bytes;
    this.#numbers = numbers;
    this.#start = bytes.byteOffset;
    this.#payloadAt = payloadAt;
  }

  /** The value in `bytes`; undefined when they are anything else, or broken. */
  static of(bytes: Buffer): RecordView | undefined {
    const numbers = numbersIn(bytes.buffer);
    if (!holdsValue(bytes, numbers)) return undefined;
    const tags = readTags(bytes, numbers);
    if (tags === undefined) return undefined;
    const view = new RecordView(bytes, numbers, tags);
    return isConsistent(view) ? view : undefined;
  }

  get token(): string {
    return this.#bytes.toString('hex', at.token, at.lease);
  }

  get codec(): number {
    return this.#numbers.getUint8(this.#start + at.codec);
  }

  get epoch(): string {
    return readEpoch(this.#bytes);
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
    const end = headerBytes + this.#numbers.getUint32(this.#start + at.bodyLength);
    return this.#bytes.subarray(this.#payloadAt, end);
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

function holdsValue(bytes: Buffer, numbers: DataView): boolean {
  const { byteOffset: start, length } = bytes;
  if (length < headerBytes || numbers.getUint16(start) !== magic) return false;
  if (bytes[at.version] !== formatVersion || bytes[at.kind] !== kindValue) return false;
  const rest = length - headerBytes - numbers.getUint32(start + at.bodyLength);
  return (bytes[at.flags]! & failureFollows) === 0 ? rest === 0 : rest > 0;
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
function readEpoch(bytes: Buffer): string {
  const high = bytes.readUInt32BE(at.epoch);
  const low = bytes.readUInt32BE(at.epoch + 4);
  if (high !== lastEpochHigh || low !== lastEpochLow) {
    lastEpoch = bytes.toString('hex', at.epoch, at.epoch + 8);
    lastEpochHigh = high;
    lastEpochLow = low;
  }
  return lastEpoch;
}
