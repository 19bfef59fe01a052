import type { Unpacked } from '../../ports/codec.ts';
import type { StandardSchema } from '../../ports/standard-schema.ts';
import type { StoredRecord } from '../../ports/record.ts';
import type { EngineParts } from '../engine-parts.ts';
import { seal } from '../memory/sealed.ts';

/** What came out of a record: as memory holds it, and the encoded bytes for which it counts there. */
export interface Opened {
  readonly sealed: unknown;
  readonly bytes: Uint8Array;
  /** By which the value was checked; absent: by none. */
  readonly schema?: StandardSchema;
}

type Parts = Pick<EngineParts, 'codec' | 'sharing'>;

/** Unpacks and decodes the value in a record. Throws when it cannot be read. */
export function openRecord(parts: Parts, key: string, record: StoredRecord): Opened {
  const { codec, bytes } = unpackRecord(parts, key, record);
  return { sealed: seal(bytes, codec, parts.sharing), bytes };
}

/** The encoded value in a record, and the codec that reads it. Throws when it is not for the cache's codec. */
export function unpackRecord({ codec }: Parts, key: string, record: StoredRecord): Unpacked {
  if (codec.unpack !== undefined) return codec.unpack(record.payload, key, record.codec);
  if (record.codec === codec.id) return { codec, bytes: record.payload };
  throw new Error(`it was written by codec ${record.codec}, which ${codec.name} does not read`);
}
