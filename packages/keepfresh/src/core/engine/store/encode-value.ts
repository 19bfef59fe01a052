import { CacheError } from '../../errors.ts';
import type { Codec } from '../../ports/codec.ts';

/** The value as bytes. Throws ENCODE_FAILED, which names the key and what the codec refused, and how to go on. */
export function encodeValue(codec: Codec, key: string, value: unknown): Uint8Array {
  try {
    return codec.encode(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'return plain data from the loader, or give createCache a codec that knows it';
    throw new CacheError('ENCODE_FAILED', `${key} cannot be cached: ${reason}; ${remedy}`, {
      cause,
    });
  }
}
