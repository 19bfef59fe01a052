/** Where chance comes from. Nothing else in the library draws random numbers. */
export interface Random {
  /** `bytes` random bytes as lower-case hexadecimal digits; unguessable, never the same twice. */
  hex(bytes: number): string;
  /** A number from 0 up to, but not, 1. */
  fraction(): number;
}
