/** Bytes behind the one byte by which they are known. */
export function framed(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(id), ...parts]);
}
