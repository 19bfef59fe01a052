/**
 * One change of encoded bytes on their way to the remote, undone on the way back. What it makes starts with one of
 * its ids: so that a reader knows what to undo, and a step may leave bytes alone.
 */
export interface Step {
  readonly name: string;
  /** The first bytes of what it makes, each 0–255; 0–31 belong to keepfresh. */
  readonly ids: readonly number[];
  /** Whether bytes without it are refused: for what proves where they come from. @default false */
  readonly required?: boolean;
  /**
   * What is kept instead of `bytes`; undefined leaves them alone. `address` names the cache and the key, and is the
   * same when they are read.
   */
  apply(bytes: Uint8Array, address: string): Uint8Array | undefined;
  /** Throws for bytes that it did not make, or made for another address. */
  undo(bytes: Uint8Array, address: string): Uint8Array;
}
