import type { Codec } from '../../ports/codec.ts';
import type { StoredRecord } from '../../ports/record.ts';

/** The record as the remote keeps it: with its value packed, where the codec does that. Throws what the codec throws. */
export function packRecord(codec: Codec, key: string, record: StoredRecord): StoredRecord {
  if (codec.pack === undefined) return record;
  return { ...record, payload: codec.pack(record.payload, key) };
}
