import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { type Codec, jsonCodec } from 'keepfresh';
import {
  compressed,
  encrypted,
  messagePackCodec,
  pipeline,
  structuredCloneCodec,
} from 'keepfresh/codecs';
import { ProcessorTime } from '../measuring/processor-time.ts';
import { median } from '../measuring/quantile.ts';
import { productPage } from '../workloads/product.ts';
import type { CodecContender, CodecQuestion } from './question.ts';

const times = 400;
const value = productPage();
const json = Buffer.from(JSON.stringify(value));
const encryption = encrypted({ keys: [{ id: 'a', secret: Buffer.alloc(32, 1) }] });
const [compressInThread, decompressInThread] = [zstdCompress, zstdDecompress].map((run) =>
  promisify(run),
) as [(bytes: Uint8Array) => Promise<Buffer>, (bytes: Uint8Array) => Promise<Buffer>];

const codecs: readonly CodecContender[] = [
  {
    name: 'JSON.stringify, JSON.parse',
    write: (given) => Buffer.from(JSON.stringify(given)),
    read: (stored) => JSON.parse(Buffer.from(stored).toString()),
  },
  of('JSON', jsonCodec),
  of('MessagePack', messagePackCodec()),
  of('structured clone', structuredCloneCodec),
  of('JSON, zstd', pipeline({ steps: [compressed({ algorithm: 'zstd' })] })),
  {
    name: 'JSON, zstd in threads',
    write: (given) => compressInThread(jsonCodec.encode(given)),
    read: async (stored) => jsonCodec.decode(await decompressInThread(stored)),
  },
  of('JSON, zstd level 9', pipeline({ steps: [compressed({ algorithm: 'zstd', level: 9 })] })),
  of('JSON, gzip', pipeline({ steps: [compressed({ algorithm: 'gzip' })] })),
  of('JSON, gzip level 6', pipeline({ steps: [compressed({ algorithm: 'gzip', level: 6 })] })),
  of('JSON, brotli', pipeline({ steps: [compressed({ algorithm: 'brotli' })] })),
  of('JSON, lz4', pipeline({ steps: [compressed({ algorithm: 'lz4' })] })),
  of('MessagePack, zstd', pipeline({ codec: messagePackCodec(), steps: [compressed()] })),
  of('JSON, AES-256-GCM', pipeline({ steps: [encryption] })),
  of('JSON, zstd, AES-256-GCM', pipeline({ steps: [compressed(), encryption] })),
];

export const question: CodecQuestion = {
  title: 'What codecs cost and save',
  note: `For the page of a product, ${json.length.toLocaleString('en-US')} bytes of JSON (made up, of 40 English words: real texts repeat less): what Redis keeps, processor time of all threads to write and to read it, the same as megabytes of JSON a second, and how long a read takes. "In threads" is what the library does not do: the asynchronous functions of Node.js, here with nothing else to do.`,
  codecs,
  columns: {
    stored: 'bytes',
    '% of JSON': 'percent',
    write: 'µs',
    read: 'µs',
    'write, MB/s': 'count',
    'read, MB/s': 'count',
    'a read takes': 'µs',
  },
  rounds: 9,
  timeoutMs: 60_000,
  open: (codec) => ({ round: () => measure(codec) }),
};

function of(name: string, codec: Codec): CodecContender {
  return {
    name,
    write(given) {
      const bytes = codec.encode(given);
      return codec.pack?.(bytes, 'product:7') ?? bytes;
    },
    read(stored) {
      const unpacked = codec.unpack?.(stored, 'product:7', codec.id) ?? { codec, bytes: stored };
      return unpacked.codec.decode(unpacked.bytes);
    },
  };
}

async function measure({ write, read }: CodecContender): Promise<Record<string, number>> {
  const stored = await write(value);
  const writing = new ProcessorTime();
  for (let n = 0; n < times; n++) await write(value);
  const writeTime = writing.µs / times;
  const taken: number[] = [];
  const reading = new ProcessorTime();
  for (let n = 0; n < times; n++) {
    const started = performance.now();
    await read(stored);
    taken.push(performance.now() - started);
  }
  const readTime = reading.µs / times;
  return {
    stored: stored.length,
    '% of JSON': (100 * stored.length) / json.length,
    write: writeTime,
    read: readTime,
    'write, MB/s': json.length / writeTime,
    'read, MB/s': json.length / readTime,
    'a read takes': median(taken) * 1_000,
  };
}
