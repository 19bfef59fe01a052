import { CacheError } from '../core/errors.ts';

/** The kinds that V8 writes for what `checkCloneable` lets through, by their tags. */
const tags = {
  padding: 0x00,
  hostObject: code('\\'),
  object: code('o'),
  objectEnd: code('{'),
  sparse: code('a'),
  sparseEnd: code('@'),
  dense: code('A'),
  denseEnd: code('$'),
  map: code(';'),
  mapEnd: code(':'),
  set: code("'"),
  setEnd: code(','),
  regExp: code('R'),
  bigInt: code('Z'),
} as const;

/** Kinds of a number that is packed into as many bytes as it needs: int32, uint32, a reference to what came before. */
const packed: ReadonlySet<number> = new Set(['I', 'U', '^'].map(code));
/** Kinds of a length and so many bytes: texts of one or two bytes a unit, UTF-8, an ArrayBuffer. */
const sized: ReadonlySet<number> = new Set(['"', 'c', 'S', 'B'].map(code));
/** Kinds of eight bytes: a double, a date. */
const doubles: ReadonlySet<number> = new Set(['N', 'D'].map(code));
/** undefined, null, true, false. */
const single: ReadonlySet<number> = new Set(['_', '0', 'T', 'F'].map(code));

const headerBytes = 2;
const maxDepth = 600;

/**
 * Goes through bytes in V8's format before V8 does, and throws for all that `structuredCloneCodec` does not write.
 * V8 makes room for what an array says it holds before it has seen it, so a few bytes can make it take any amount of
 * memory: only arrays that are there as a whole pass.
 *
 * The format: `src/objects/value-serializer.cc` of V8, and `lib/v8.js` of Node.js for typed arrays.
 */
export class SerializedCheck {
  readonly #bytes: Uint8Array;
  #at = headerBytes;
  #depth = 0;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static of(bytes: Uint8Array): void {
    const check = new SerializedCheck(bytes);
    check.#value(check.#tag());
    if (check.#at !== bytes.length) throw unreadable();
  }

  #value(tag: number): void {
    if (++this.#depth > maxDepth) throw unreadable();
    if (packed.has(tag)) this.#number();
    else if (sized.has(tag)) this.#skip(this.#number());
    else if (doubles.has(tag)) this.#skip(8);
    else if (!single.has(tag)) this.#compound(tag);
    this.#depth--;
  }

  #compound(tag: number): void {
    if (tag === tags.object) this.#until(tags.objectEnd, 1);
    else if (tag === tags.map) this.#until(tags.mapEnd, 1);
    else if (tag === tags.set) this.#until(tags.setEnd, 1);
    else if (tag === tags.dense) this.#dense();
    else if (tag === tags.sparse) this.#sparse();
    else if (tag === tags.bigInt) this.#skip(this.#number() >>> 1);
    else if (tag === tags.regExp) this.#regExp();
    else if (tag === tags.hostObject) this.#typedArray();
    else throw unreadable();
  }

  #dense(): void {
    for (let left = this.#number(); left > 0; left--) this.#value(this.#tag());
    this.#until(tags.denseEnd, 2);
  }

  /** An array that once had holes: index and item in turns, as many as it is long. */
  #sparse(): void {
    let left = this.#number();
    for (let tag = this.#tag(); tag !== tags.sparseEnd; tag = this.#tag()) {
      this.#value(tag);
      this.#value(this.#tag());
      left--;
    }
    this.#number();
    this.#number();
    if (left !== 0) throw unreadable();
  }

  /** Values up to the tag that ends them, and the numbers behind it. */
  #until(end: number, numbers: number): void {
    for (let tag = this.#tag(); tag !== end; tag = this.#tag()) this.#value(tag);
    for (let left = numbers; left > 0; left--) this.#number();
  }

  #regExp(): void {
    const text = this.#tag();
    if (!sized.has(text)) throw unreadable();
    this.#skip(this.#number());
    this.#number();
  }

  /** Its type, its length, its bytes. */
  #typedArray(): void {
    this.#number();
    this.#skip(this.#number());
  }

  #tag(): number {
    let tag = this.#byte();
    while (tag === tags.padding) tag = this.#byte();
    return tag;
  }

  /** Seven bits a byte, the lowest first; the top bit says that more come. */
  #number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw unreadable();
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw unreadable();
    return this.#bytes[this.#at++]!;
  }

  #skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#bytes.length) throw unreadable();
  }
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function unreadable(): CacheError {
  return new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
}
