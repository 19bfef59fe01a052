import { RecordView } from '../../policy/record-view.ts';
import type { Payload } from '../../ports/codec.ts';
import type { StoredRecord } from '../../ports/record.ts';
import type { Opened } from './open-record.ts';
import type { EngineParts } from '../engine-parts.ts';
import { decodedAgain, decodedFrom, sealDecoded } from '../memory/sealed.ts';

type Parts = Pick<EngineParts, 'codec' | 'sharing'>;

/** What was decoded of a record together with others; its bytes are looked for when they are needed. */
class DecodedRecord implements Opened {
  readonly sealed: unknown;
  readonly #record: StoredRecord;

  constructor(sealed: unknown, record: StoredRecord) {
    this.sealed = sealed;
    this.#record = record;
  }

  get bytes(): Uint8Array {
    return this.#record.payload;
  }
}

/** The payload of a record that does not lie in bytes. */
class PlainPayload implements Payload {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get payloadLength(): number {
    return this.#bytes.length;
  }

  copyPayload(target: Uint8Array, at: number): void {
    target.set(this.#bytes, at);
  }
}

/**
 * Opens the records of one answer in one call of the codec. Undefined where each has to be opened by itself: the
 * codec has no such call or did not write them all, or it failed and nobody knows by which record.
 */
export function openRecords(
  parts: Parts,
  records: readonly (StoredRecord | undefined)[],
): readonly (Opened | undefined)[] | undefined {
  const values = decodedTogether(parts, records);
  if (values === undefined) return undefined;
  const opened: (Opened | undefined)[] = [];
  let next = 0;
  for (let n = 0; n < records.length; n++) {
    const record = records[n];
    if (record === undefined) opened.push(undefined);
    else {
      const sealed = sealDecoded(values[next++], parts.sharing);
      const isSealed = sealed !== decodedAgain;
      const shared = isSealed ? sealed : decodedFrom(record.payload, parts.codec);
      opened.push(new DecodedRecord(shared, record));
    }
  }
  return opened;
}

function decodedTogether(
  { codec }: Parts,
  records: readonly (StoredRecord | undefined)[],
): readonly unknown[] | undefined {
  if (codec.decodeMany === undefined || codec.unpack !== undefined) return undefined;
  const payloads: Payload[] = [];
  for (const record of records) {
    if (record === undefined) continue;
    if (record.codec !== codec.id) return undefined;
    payloads.push(record instanceof RecordView ? record : new PlainPayload(record.payload));
  }
  try {
    const values = codec.decodeMany(payloads);
    return values.length === payloads.length ? values : undefined;
  } catch {
    return undefined;
  }
}
