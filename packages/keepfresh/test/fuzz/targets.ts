import fc from 'fast-check';
import { compressed, pipeline } from '../../src/codecs/index.ts';
import { type Codec, jsonCodec, type StoredRecord } from '../../src/core/index.ts';
import { LineSplitter } from '../../src/core/policy/line-splitter.ts';
import { encodeRecord } from '../../src/core/policy/record-layout.ts';
import { decodeRecord } from '../../src/core/policy/record-view.ts';
import { formatSnapshotLine, parseSnapshotLine } from '../../src/core/policy/snapshot-line.ts';
import { everyCodec } from '../codecs/every-codec.ts';

/** A decoder, with bytes that it takes. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Takes bytes as they come from a remote; throws an Error for those it refuses. */
  readonly read: (bytes: Uint8Array) => unknown;
}

/** What one input may make a decoder hold at once; inputs are of a few hundred bytes. */
export const mostBytes: number = 4 * 1_024 * 1_024;

const times = { createdAt: 1, freshUntil: 2, staleUntil: 3, expiresAt: 4 };
const one: StoredRecord = {
  ...{ token: 'ab'.repeat(16), codec: 1, epoch: 'cd'.repeat(8), position: 5, ...times },
  ...{ loadMs: 1, version: 0, tags: ['t', 'ü'], payload: Uint8Array.of(1, 2) },
};

/** Every decoder of bytes that come from a remote or a file. */
export const targets: readonly Target[] = [
  ...Object.entries(everyCodec).flatMap(([name, { codec, values }]) => {
    const samples = fc.sample(values, { numRuns: 200, seed: 1 });
    const encoded = samples.map((value) => codec.encode(value));
    return codec.pack === undefined
      ? [{ name, seeds: encoded, read: codec.decode.bind(codec) }]
      : [packed(name, codec, encoded)];
  }),
  bombs(),
  record(),
  snapshot(),
];

function packed(name: string, codec: Codec, encoded: readonly Uint8Array[]): Target {
  const seeds = encoded.map((bytes) => codec.pack!(bytes, 'k'));
  const isEncrypted = codec.name.includes('encrypted');
  const genuine = new Set(isEncrypted ? seeds.map((bytes) => hex(bytes)) : []);
  return {
    name,
    seeds,
    read: (bytes) => {
      const unpacked = codec.unpack!(bytes, 'k', codec.id);
      // Of which the fuzzer complains: nobody with the key has written them.
      if (isEncrypted && !genuine.has(hex(bytes))) return new Error('it is forged');
      return unpacked.codec.decode(unpacked.bytes);
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Small bytes that would become large ones. */
function bombs(): Target {
  const maxBytes = 65_536;
  const limited = pipeline({
    steps: [compressed({ maxBytes })],
    reads: [compressed({ algorithm: 'lz4', maxBytes })],
  });
  const large = jsonCodec.encode('x'.repeat(5_000_000));
  const algorithms = ['zstd', 'gzip', 'brotli', 'lz4'] as const;
  const seeds = algorithms.map((algorithm) => {
    const steps = [compressed({ algorithm })];
    return pipeline({ steps }).pack!(large, 'k');
  });
  return { ...packed('bombs', limited, []), seeds };
}

/** Lines from a file, and the records in them. */
function snapshot(): Target {
  const lines = [
    formatSnapshotLine({ kind: 'header', epoch: one.epoch }),
    formatSnapshotLine({ kind: 'entry', key: 'k:ü', record: one }),
    formatSnapshotLine({ kind: 'end', entries: 1 }),
  ];
  return {
    name: 'snapshot',
    seeds: [Buffer.from(lines.join('')), ...lines.map((line) => Buffer.from(line))],
    read: (bytes) => {
      const splitter = new LineSplitter({ maxBytes: 1_024 });
      const texts = [...splitter.push(bytes), ...splitter.end()];
      const read = texts.map((text) => text && parseSnapshotLine(text));
      if (!read.some((line) => typeof line === 'object')) throw new Error('it is no snapshot');
      return read;
    },
  };
}

function record(): Target {
  const many = { ...one, tags: Array.from({ length: 64 }, (_, index) => `tag:${index}`) };
  return {
    name: 'record',
    seeds: [encodeRecord(one), encodeRecord(many)],
    read: (bytes) => {
      const read = decodeRecord(Buffer.from(bytes));
      if (read === undefined) throw new Error('it is no record');
      return read;
    },
  };
}
