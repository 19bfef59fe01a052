/** What one entry costs beside its key and payload, in bytes: its slot, object headers, and the promise of its hits. */
export const entryOverhead = 160;

/** Bytes for which an entry counts in memory: its key and its serialized value, and a share of the structures. */
export function weightOf(key: string, payload: Uint8Array): number {
  return entryOverhead + key.length + payload.length;
}
