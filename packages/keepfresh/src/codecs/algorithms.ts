import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import { ids } from './ids.ts';
import { requirePeer } from './require-peer.ts';

export type AlgorithmName = 'zstd' | 'gzip' | 'brotli' | 'lz4';

/** A way to make bytes smaller, and back. */
export interface Algorithm {
  readonly name: AlgorithmName;
  readonly id: number;
  /** Absent where there are none. */
  readonly levels?: { readonly min: number; readonly max: number; readonly default: number };
  compress(bytes: Uint8Array, level: number): Uint8Array;
  /** Throws for other bytes, and before it makes more than `maxBytes`. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}

const {
  BROTLI_PARAM_QUALITY,
  BROTLI_PARAM_SIZE_HINT,
  ZSTD_c_compressionLevel,
  ZSTD_d_windowLogMax,
} = zlib.constants;

/** A frame may ask for a window of 2 GiB before it has brought a byte; no level that is offered needs more than this. */
const zstdWindowLog = 23;

const zstd: Algorithm = {
  name: 'zstd',
  id: ids.zstd,
  levels: { min: 1, max: 19, default: 3 },
  compress: (bytes, level) =>
    zlib.zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: level } }),
  decompress: (bytes, maxOutputLength) =>
    zlib.zstdDecompressSync(bytes, {
      maxOutputLength,
      params: { [ZSTD_d_windowLogMax]: zstdWindowLog },
    }),
};

const gzip: Algorithm = {
  name: 'gzip',
  id: ids.gzip,
  levels: { min: 1, max: 9, default: 3 },
  compress: (bytes, level) => zlib.gzipSync(bytes, { level }),
  decompress: (bytes, maxOutputLength) => zlib.gunzipSync(bytes, { maxOutputLength }),
};

const brotli: Algorithm = {
  name: 'brotli',
  id: ids.brotli,
  levels: { min: 0, max: 11, default: 4 },
  compress: (bytes, level) =>
    zlib.brotliCompressSync(bytes, {
      params: { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  decompress: (bytes, maxOutputLength) => zlib.brotliDecompressSync(bytes, { maxOutputLength }),
};

/** Those that this Node.js has, the default first: zstd came with 22.15 and 23.8. */
export const builtIn: readonly Algorithm[] =
  typeof zlib.zstdCompressSync === 'function' ? [zstd, gzip, brotli] : [gzip, brotli];

/** The algorithm of this name. Throws PEER_MISSING where it needs a package that is not there. */
export function algorithmNamed(name: AlgorithmName): Algorithm {
  return builtIn.find((each) => each.name === name) ?? lz4();
}

/** What we use of `lz4-napi`. */
interface Lz4 {
  compressSync(bytes: Buffer): Buffer;
  uncompressSync(bytes: Buffer): Buffer;
}

const require = createRequire(import.meta.url);

/** Its blocks say first how long the result is, in 4 bytes: so much is made room for, and no more. */
function lz4(): Algorithm {
  const peer = requirePeer<Lz4>('lz4-napi', "compressed({ algorithm: 'lz4' })", () =>
    require('lz4-napi'),
  );
  return {
    name: 'lz4',
    id: ids.lz4,
    compress: (bytes) => peer.compressSync(bufferOf(bytes)),
    decompress(bytes, maxBytes) {
      const buffer = bufferOf(bytes);
      const length = buffer.readUInt32LE(0);
      if (length > maxBytes) throw new RangeError(`it would become ${length} bytes`);
      const whole = peer.uncompressSync(buffer);
      if (whole.length !== length) throw new RangeError('it is not as long as it says');
      return whole;
    },
  };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
