import { describe, expect, it } from 'vitest';
import type { StoredRecord } from '../ports/record.ts';
import { encodeRecord } from './record-layout.ts';
import { copyRecord, decodeRecord, RecordView } from './record-view.ts';

function recordOf(n: number, payload = Uint8Array.of(n)): StoredRecord {
  return {
    token: `${n}`.padStart(32, '0'),
    codec: n,
    epoch: 'fedcba9876543210',
    position: n,
    createdAt: n + 0.5,
    freshUntil: n + 1,
    staleUntil: n + 2,
    expiresAt: n + 3,
    loadMs: n / 4,
    version: n,
    tags: n % 2 === 0 ? [] : [`tag:${n}`],
    payload,
  };
}

const plain = (record: StoredRecord | undefined) =>
  record && { ...copyRecord(record), payload: [...record.payload] };

describe('a view of a record', () => {
  it(
    'reads each field from its own bytes, in whichever buffer they are',
    { tags: ['thorough'] },
    () => {
      const large = recordOf(5, new Uint8Array(200_000));
      const records = [recordOf(1), recordOf(2), large, recordOf(4)];
      // Each in a buffer of its own, and two at different places of one.
      const bytes = records.map((record) =>
        Buffer.from(Uint8Array.from(encodeRecord(record)).buffer),
      );
      const both = Buffer.concat(bytes.slice(0, 2));
      const cut = bytes[0]!.length;
      const views = [...bytes, both.subarray(0, cut), both.subarray(cut)].map(RecordView.of);
      const wanted = [...records, records[0], records[1]];
      expect(views.map(plain)).toEqual(wanted.map(plain));
      expect(views.toReversed().map(plain)).toEqual(wanted.toReversed().map(plain));
    },
  );

  it('copies its payload from behind the tags to any place', () => {
    for (const n of [3, 4]) {
      const view = RecordView.of(encodeRecord(recordOf(n, Uint8Array.of(7, 8, 9))))!;
      const target = new Uint8Array(6);
      view.copyPayload(target, 2);
      expect([view.payloadLength, [...target]]).toEqual([3, [0, 0, 7, 8, 9, 0]]);
    }
  });

  it.each<[string, (bytes: Buffer) => unknown]>([
    ['of another magic', (bytes) => bytes.writeUInt8(0x4c, 0)],
    ['of another version', (bytes) => bytes.writeUInt8(2, 2)],
    ['without a value', (bytes) => bytes.writeUInt8(0x4c, 3)],
    ['of another length', (bytes) => bytes.writeUInt32BE(2, 52)],
    ['with a position that is none', (bytes) => bytes.writeDoubleBE(0.5, 64)],
    ['with times in disorder', (bytes) => bytes.writeDoubleBE(1e9, 80)],
    ['with a time that is none', (bytes) => bytes.writeDoubleBE(Number.NaN, 112)],
  ])('is not made of bytes %s', (_what, spoil) => {
    const bytes = encodeRecord(recordOf(2));
    expect(RecordView.of(bytes)).toBeDefined();
    spoil(bytes);
    expect(RecordView.of(bytes)).toBeUndefined();
  });

  it('tells when the value ends by the clock of its node', () => {
    const bytes = encodeRecord(recordOf(1));
    expect(RecordView.of(bytes)?.valueEnd).toBe(0);
    bytes.writeDoubleBE(12.5, 120);
    expect(RecordView.of(bytes)?.valueEnd).toBe(12.5);
  });

  it('becomes a plain object, which can be spread, when it is copied or decoded', () => {
    const bytes = encodeRecord(recordOf(3));
    const copy = { ...copyRecord(RecordView.of(bytes)!) };
    expect({ ...copy, payload: [...copy.payload] }).toEqual(plain(recordOf(3)));
    expect({ ...decodeRecord(bytes)! }).toEqual(copy);
  });
});
