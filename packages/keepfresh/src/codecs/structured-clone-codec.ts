import { deserialize, serialize } from 'node:v8';
import { CacheError } from '../core/errors.ts';
import type { Codec } from '../core/ports/codec.ts';
import { checkCloneable } from './check-cloneable.ts';
import { ids } from './ids.ts';
import { SerializedCheck } from './serialized-check.ts';

/** V8 writes this byte, then the version of its format: 15 since Node.js 18. */
const tag = 0xff;
const oldestVersion = 13;

/**
 * The algorithm of `structuredClone`, as V8 writes it: keeps cycles, regular expressions, all kinds of typed arrays
 * and what `jsonCodec` keeps but objects without prototype. The format belongs to V8: an older Node.js cannot read
 * what a newer one wrote, and takes it for a miss. V8 does not promise to withstand bytes that were made to harm
 * it: use it where nobody else can write to the remote, or under `encrypted`.
 */
export const structuredCloneCodec: Codec = {
  id: ids.structuredClone,
  name: 'structured clone',
  encode(value: unknown): Uint8Array {
    checkCloneable(value);
    return serialize(value);
  },
  decode(bytes: Uint8Array): unknown {
    if (bytes[0] !== tag || !(bytes[1]! >= oldestVersion)) {
      throw new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
    }
    SerializedCheck.of(bytes);
    // A copy, as typed arrays become views of the bytes they are read from.
    const value: unknown = deserialize(Uint8Array.from(bytes));
    checkCloneable(value);
    return value;
  },
};
