import type { Codec } from '../ports/codec.ts';

/**
 * How callers are kept from changing what others will read.
 * - `frozen`: everybody gets the same deeply frozen value; one that cannot be frozen (it contains a Date, Map,
 *   Set or bytes) is copied for each reader instead.
 * - `copied`: every reader gets a copy, decoded from the stored bytes.
 * - `shared`: everybody gets the same value; whoever changes it changes it for all.
 */
export type Sharing = 'frozen' | 'copied' | 'shared';

/** Bytes kept instead of a value, decoded for each reader. */
class Packed {
  readonly #codec: Codec;
  readonly #bytes: Uint8Array;

  constructor(codec: Codec, bytes: Uint8Array) {
    this.#codec = codec;
    this.#bytes = bytes;
  }

  unpack(): unknown {
    return this.#codec.decode(this.#bytes);
  }
}

/** Makes of stored bytes what memory holds: a value that is safe to share, or the bytes themselves. */
export function seal(bytes: Uint8Array, codec: Codec, sharing: Sharing): unknown {
  const value = codec.decode(bytes);
  if (sharing === 'shared' || isPrimitive(value)) return value;
  return sharing === 'frozen' && freeze(value) ? value : new Packed(codec, bytes);
}

/**
 * A value that everybody gets, with a promise of it. Promises are what most readers ask for: the first hit
 * leaves the one that it made in memory, and later hits make none.
 */
export class Promised {
  readonly value: unknown;
  readonly promise: Promise<unknown>;

  constructor(value: unknown) {
    this.value = value;
    this.promise = Promise.resolve(value);
  }
}

/** What memory held before a promise was left with it: its identity. */
export function withoutPromise(sealed: unknown): unknown {
  return sealed instanceof Promised ? sealed.value : sealed;
}

/** Whether everybody gets the very thing that memory holds. */
export function isShared(sealed: unknown): boolean {
  return !(sealed instanceof Packed || sealed instanceof Promised);
}

/** What a caller may have of what memory holds. */
export function reveal(sealed: unknown): unknown {
  if (sealed instanceof Promised) return sealed.value;
  return sealed instanceof Packed ? sealed.unpack() : sealed;
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** Deeper values, and those that a codec made in a circle, are copied instead of frozen. */
const maxDepth = 500;

/** Freezes plain data all the way down; false when it met something whose contents stay writable. */
function freeze(value: unknown, depth = 0): boolean {
  if (isPrimitive(value)) return true;
  if (depth > maxDepth) return false;
  const object = value as object;
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) {
    return false;
  }
  for (const inner of Object.values(object)) if (!freeze(inner, depth + 1)) return false;
  Object.freeze(object);
  return true;
}
