/** Turns values into bytes and back. A value that cannot survive the round trip is refused, never changed. */
export interface Codec {
  /** Stored with the value, 0–255; 0–31 belong to keepfresh. Bytes are only ever decoded by the codec that wrote them. */
  readonly id: number;
  readonly name: string;
  /** Throws when `value` cannot be restored exactly. */
  encode(value: unknown): Uint8Array;
  /** Throws when the bytes are not what `encode` makes. Each call returns a value of its own. */
  decode(bytes: Uint8Array): unknown;
}
