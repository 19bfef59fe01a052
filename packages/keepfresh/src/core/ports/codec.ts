/** Turns values into bytes and back. A value that cannot survive the round trip is refused, never changed. */
export interface Codec {
  /** Stored with the value, 0–255; 0–31 belong to keepfresh. Bytes are only ever decoded by the codec that wrote them. */
  readonly id: number;
  readonly name: string;
  /** Throws when `value` cannot be restored exactly. */
  encode(value: unknown): Uint8Array;
  /** Throws when the bytes are not what `encode` makes. Each call returns a value of its own. */
  decode(bytes: Uint8Array): unknown;
  /**
   * What `decode` makes of each of several payloads, in order, where that costs less at once. Throws when one of them
   * is not what `encode` makes: then each is decoded by itself. Absent: it costs no less.
   */
  decodeMany?(payloads: readonly Payload[]): readonly unknown[];
  /**
   * What the remote keeps under `key` in place of encoded bytes, such as smaller or secret ones. Memory keeps
   * what `encode` made. Absent: the remote keeps the same. Needs `unpack`.
   */
  pack?(bytes: Uint8Array, key: string): Uint8Array;
  /**
   * Undoes `pack` for what the remote has under `key`, written by the codec `id`: this one, or one that it knows
   * as well. Throws for bytes that it did not make, or made for another key. Absent: only its own bytes, as they are.
   */
  unpack?(payload: Uint8Array, key: string, id: number): Unpacked;
  /** The same codec for the cache of this name, whose records no other cache can read. Called once, by `createCache`. */
  forCache?(name: string): Codec;
}

/** Encoded bytes where they lie among others: no view of them is made before somebody needs one. */
export interface Payload {
  /** How many bytes it has. */
  readonly payloadLength: number;
  /** Copies them to `target`, which has room for them from `at` on. */
  copyPayload(target: Uint8Array, at: number): void;
}

/** Encoded bytes with the codec that encoded them. */
export interface Unpacked {
  readonly codec: Codec;
  readonly bytes: Uint8Array;
}
