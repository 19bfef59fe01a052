/**
 * Where the chance comes from that caches draw: tokens, identities, the spreading of times. A remote draws its
 * own: the nonces of its log, the pauses before it connects again.
 */
export interface Random {
  /** `bytes` random bytes as lower-case hexadecimal digits; unguessable, never the same twice. */
  hex(bytes: number): string;
  /** A number from 0 up to, but not, 1. */
  fraction(): number;
}
