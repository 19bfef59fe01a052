import { CacheError } from '../core/errors.ts';
import type { Codec } from '../core/ports/codec.ts';
import { ids } from './ids.ts';

const kinds = { null: 0, undefined: 1, buffer: 2, bytes: 3 } as const;

/**
 * Bytes as they are, behind one that tells a Buffer from a Uint8Array: for images, files and what is encoded
 * already. Keeps `null` and `undefined` too, for what was not found; refuses everything else.
 */
export const bytesCodec: Codec = {
  id: ids.bytes,
  name: 'bytes',
  encode(value: unknown): Uint8Array {
    if (value === null) return Uint8Array.of(kinds.null);
    if (value === undefined) return Uint8Array.of(kinds.undefined);
    return Buffer.concat([Uint8Array.of(kindOf(value)), value as Uint8Array]);
  },
  decode(bytes: Uint8Array): unknown {
    const content = bytes.subarray(1);
    const kind = bytes[0];
    if (kind === kinds.buffer) return Buffer.from(content);
    if (kind === kinds.bytes) return new Uint8Array(content);
    if (kind === kinds.null && content.length === 0) return null;
    if (kind === kinds.undefined && content.length === 0) return undefined;
    throw new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
  },
};

function kindOf(value: unknown): number {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Buffer.prototype) return kinds.buffer;
  if (prototype === Uint8Array.prototype) return kinds.bytes;
  const message = `the value is ${typeof value}, and the codec of bytes takes a Buffer or a Uint8Array`;
  throw new CacheError('ENCODE_FAILED', message);
}
