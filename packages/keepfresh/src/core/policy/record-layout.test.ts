import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredRecord } from '../ports/record.ts';
import { encodeRecord, headerBytes } from './record-layout.ts';
import { decodeRecord } from './record-view.ts';

const hex = (digits: number) =>
  fc
    .uint8Array({ minLength: digits / 2, maxLength: digits / 2 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
const time = fc.double({ min: 0, max: 8.64e15, noNaN: true });

const records: fc.Arbitrary<StoredRecord> = fc
  .record({
    token: hex(32),
    codec: fc.integer({ min: 0, max: 255 }),
    epoch: hex(16),
    position: fc.maxSafeNat(),
    createdAt: time,
    ends: fc.tuple(time, time, time).map((all) => all.sort((a, b) => a - b)),
    loadMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    version: fc.double({ noNaN: true, noDefaultInfinity: true }),
    tags: fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 }),
    payload: fc.uint8Array({ maxLength: 300 }),
  })
  .map(({ ends, ...rest }) => ({
    ...rest,
    freshUntil: ends[0],
    staleUntil: ends[1],
    expiresAt: ends[2],
  }));

const sample: StoredRecord = {
  token: '0123456789abcdef0123456789abcdef',
  codec: 1,
  epoch: 'fedcba9876543210',
  position: 390082518848395,
  createdAt: 1_800_000_000_000,
  freshUntil: 1_800_000_300_000,
  staleUntil: 1_800_000_300_000,
  expiresAt: 1_800_000_300_000,
  loadMs: 12.5,
  version: 7,
  tags: ['org:7', 'größe'],
  payload: Uint8Array.of(1, 2, 3),
};

const plain = (record: StoredRecord | undefined) =>
  record && { ...record, payload: [...record.payload] };

describe('the record layout', () => {
  it('gives back every record exactly', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(plain(decodeRecord(encodeRecord(record)))).toEqual(plain(record));
      }),
    );
  });

  it('never changes what a stored record looks like', () => {
    expect(encodeRecord(sample).toString('hex')).toBe(
      '4bf5015600010002' +
        '0123456789abcdef0123456789abcdef' +
        '00'.repeat(28) +
        '00000013' +
        'fedcba9876543210' +
        '42f62c729f8138b0427a3185c5000000427a31860e3e0000427a31860e3e0000427a31860e3e0000' +
        '401c0000000000004029000000000000' +
        '0000000000000000' +
        '00056f72673a370007' +
        '6772c3b6c39f65' +
        '010203',
    );
  });

  it('reads nothing from random bytes and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeRecord(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });

  it('reads nothing from a record that is cut or has bytes behind its end', () => {
    const whole = encodeRecord(sample);
    for (let length = 0; length < whole.length; length++)
      expect(decodeRecord(whole.subarray(0, length))).toBeUndefined();
    expect(decodeRecord(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined();
  });

  it(
    'survives any mutation of a record without reading beyond its body',
    { tags: ['thorough'] },
    () => {
      const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        maxLength: 4,
      });
      fc.assert(
        fc.property(records, edits, (record, changes) => {
          const bytes = encodeRecord(record);
          for (const [where, byte] of changes) bytes[where % bytes.length] = byte;
          const read = decodeRecord(bytes);
          if (read === undefined) return;
          expect(read.payload.length).toBeLessThanOrEqual(bytes.length - headerBytes);
          expect(read.freshUntil <= read.staleUntil && read.staleUntil <= read.expiresAt).toBe(
            true,
          );
        }),
        { numRuns: 1000 },
      );
    },
  );

  it.each([
    ['another magic', 0, 0x4c],
    ['a newer version', 2, 2],
    ['a lease only', 3, 0x4c],
    ['more tags than there are', 7, 9],
    ['a tag longer than the body', headerBytes, 0xff],
    ['a failure that is announced but absent', 4, 2],
    ['a position that is not a number', 64, 0x7f],
  ])('reads nothing from %s', (_what, offset, byte) => {
    const bytes = encodeRecord(sample);
    bytes[offset] = byte;
    expect(decodeRecord(bytes)).toBeUndefined();
  });

  it('ignores who holds or awaits the lease, and the failure behind the body', () => {
    const bytes = Buffer.concat([encodeRecord(sample), Buffer.alloc(30, 7)]);
    bytes.fill(9, 24, 52);
    bytes[4] = 3;
    expect(plain(decodeRecord(bytes))).toEqual(plain(sample));
  });

  it.each([
    ['record.token', { token: 'xyz' }],
    ['record.token', { token: 'z'.repeat(32) }],
    ['record.epoch', { epoch: '' }],
    ['record.tags', { tags: ['t'.repeat(65_536)] }],
    ['record.tags', { tags: Array<string>(65_536).fill('') }],
    ['record', { position: 0.5 }],
    ['record', { freshUntil: Number.NaN }],
    ['record', { freshUntil: 2e15 }],
    ['record', { expiresAt: Number.POSITIVE_INFINITY }],
    ['record', { loadMs: -1 }],
  ])('refuses to write a record it could not read back: %s %o', (field, wrong) => {
    expect(() => encodeRecord({ ...sample, ...wrong })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(field) as string,
      }) as Error,
    );
  });
});
