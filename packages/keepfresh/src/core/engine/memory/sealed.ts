import type { Codec } from '../../ports/codec.ts';
import { copyWritable, freezePlain, isPrimitive } from './frozen.ts';

/**
 * How callers are kept from changing what others will read.
 * - `frozen`: objects and arrays are frozen, deeply, and everybody gets the same. What cannot be frozen (Date,
 *   Map, Set, bytes) is each reader's own, in frozen objects. What a codec makes of other classes is copied
 *   as a whole.
 * - `copied`: every reader gets a copy, decoded from the stored bytes.
 * - `shared`: everybody gets the same value; whoever changes it changes it for all.
 */
export type Sharing = 'frozen' | 'copied' | 'shared';

/** What makes a value of its own for each reader. */
class PerReader {
  readonly make: () => unknown;

  constructor(make: () => unknown) {
    this.make = make;
  }
}

/** Makes of stored bytes what memory holds: a value that is safe to share, or what makes one for each reader. */
export function seal(bytes: Uint8Array, codec: Codec, sharing: Sharing): unknown {
  const sealed = sealDecoded(codec.decode(bytes), sharing);
  return sealed === decodedAgain ? decodedFrom(bytes, codec) : sealed;
}

/** What `sealDecoded` gives for a value of which each reader needs a decoding of its own: `decodedFrom` makes them. */
export const decodedAgain: unique symbol = Symbol('decoded again');

/** Makes of what was just decoded what memory holds, where that does not take the bytes. */
export function sealDecoded(value: unknown, sharing: Sharing): unknown {
  if (sharing === 'shared' || isPrimitive(value)) return value;
  const frozenness = sharing === 'frozen' ? freezePlain(value) : 'foreign';
  if (frozenness === 'frozen') return value;
  return frozenness === 'partly' ? copiesOf(value) : decodedAgain;
}

function copiesOf(value: unknown): PerReader {
  return new PerReader(() => copyWritable(value));
}

export function decodedFrom(bytes: Uint8Array, codec: Codec): unknown {
  return new PerReader(() => codec.decode(bytes));
}

/** Whether everybody gets the very thing that memory holds. */
export function isShared(sealed: unknown): boolean {
  return !(sealed instanceof PerReader);
}

/** What a caller may have of what memory holds. */
export function reveal(sealed: unknown): unknown {
  return sealed instanceof PerReader ? sealed.make() : sealed;
}
