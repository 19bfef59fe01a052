import { checkNames, oneOf, wholeNumber } from '../core/check-options.ts';
import { invalidArgument } from '../core/errors.ts';
import { parseSize, type Size } from '../core/policy/size.ts';
import { type Algorithm, type AlgorithmName, algorithmNamed, builtIn } from './algorithms.ts';
import { framed } from './framed.ts';
import type { Step } from './step.ts';

/** What `compressed` takes. */
export interface CompressionOptions {
  /**
   * What new bytes are compressed with; all that Node.js has are read. `lz4` needs the package `lz4-napi`.
   * @default 'zstd' where Node.js has it (22.15 and newer), else 'gzip'
   */
  readonly algorithm?: AlgorithmName;
  /** Bytes up to this size stay as they are, and so do those that would not become smaller. @default '2kb' */
  readonly above?: Size;
  /** How hard it tries: zstd 1–19, gzip 1–9, brotli 0–11; lz4 has none. @default 3 for zstd and gzip, 4 for brotli */
  readonly level?: number;
  /** Bytes that decompress to more are refused, and larger ones not compressed; up to 1 GiB. @default '64mb' */
  readonly maxBytes?: Size;
}

/**
 * Makes large values smaller in the remote. Compresses where the value is encoded, without waiting: see the decision
 * page for why. Throws INVALID_ARGUMENT for wrong options, PEER_MISSING for `lz4` without its package.
 */
export function compressed(options: CompressionOptions = {}): Step {
  const { algorithm, above, level, maxBytes } = checkOptions(options);
  const readable = new Map([...builtIn, algorithm].map((each) => [each.id, each]));
  return {
    name: `compressed by ${algorithm.name}`,
    ids: [...readable.keys()],
    apply(bytes) {
      if (bytes.length <= above || bytes.length > maxBytes) return undefined;
      const smaller = algorithm.compress(bytes, level);
      return smaller.length + 1 < bytes.length ? framed(algorithm.id, smaller) : undefined;
    },
    undo: (bytes) => readable.get(bytes[0]!)!.decompress(bytes.subarray(1), maxBytes),
  };
}

function checkOptions(options: CompressionOptions): {
  readonly algorithm: Algorithm;
  readonly above: number;
  readonly level: number;
  readonly maxBytes: number;
} {
  checkNames(options, 'compressed options', ['algorithm', 'above', 'level', 'maxBytes']);
  const names = builtIn.map(({ name }) => name);
  const name = oneOf(options.algorithm, 'compressed options.algorithm', [
    ...(names as [AlgorithmName]),
    'lz4',
  ]);
  const algorithm = algorithmNamed(name);
  const gibibyte = 2 ** 30;
  return {
    algorithm,
    level: levelOf(options.level, algorithm),
    above: parseSize(options.above ?? '2kb', 'compressed options.above', { min: 0, max: gibibyte }),
    maxBytes: parseSize(options.maxBytes ?? '64mb', 'compressed options.maxBytes', {
      min: 1_024,
      max: gibibyte,
    }),
  };
}

function levelOf(level: unknown, { name, levels }: Algorithm): number {
  const field = 'compressed options.level';
  if (levels !== undefined) return wholeNumber(level, field, levels);
  if (level !== undefined) throw invalidArgument(field, `absent, as ${name} has no levels`, level);
  return 0;
}
