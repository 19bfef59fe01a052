import fc from 'fast-check';
import {
  bytesCodec,
  compressed,
  encrypted,
  messagePackCodec,
  pipeline,
  structuredCloneCodec,
} from '../../src/codecs/index.ts';
import { type Codec, jsonCodec } from '../../src/core/index.ts';
import { anyCloneable, anyValue } from './any-value.ts';

const bytes = fc.uint8Array({ maxLength: 400 });
const secret = Buffer.alloc(32, 7);
const encryption = encrypted({ keys: [{ id: 'k', secret }] });

/** Every codec, and pipelines of them with every step, each with the values that it keeps. */
export const everyCodec: Readonly<Record<string, { codec: Codec; values: fc.Arbitrary<unknown> }>> =
  {
    JSON: { codec: jsonCodec, values: anyValue },
    MessagePack: { codec: messagePackCodec(), values: anyValue },
    'structured clone': { codec: structuredCloneCodec, values: anyCloneable },
    bytes: {
      codec: bytesCodec,
      values: fc.oneof(
        bytes,
        bytes.map((each) => Buffer.from(each)),
        fc.constantFrom(null, undefined),
      ),
    },
    'no steps': { codec: pipeline(), values: anyValue },
    zstd: { codec: compressing('zstd'), values: anyValue },
    gzip: { codec: compressing('gzip'), values: anyValue },
    brotli: { codec: compressing('brotli'), values: anyValue },
    lz4: { codec: compressing('lz4'), values: anyValue },
    encryption: { codec: pipeline({ steps: [encryption] }), values: anyValue },
    everything: {
      codec: pipeline({
        codec: messagePackCodec(),
        steps: [compressed({ above: 16, level: 1 }), encryption],
      }),
      values: anyValue,
    },
  };

function compressing(algorithm: 'zstd' | 'gzip' | 'brotli' | 'lz4'): Codec {
  return pipeline({ steps: [compressed({ algorithm, above: 0 })] });
}
