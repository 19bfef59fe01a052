import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type Requests, requestsFor, type Workload } from './workload.ts';

const root = join(import.meta.dirname, '..', '..');
const benchmarks = 'benchmarks/traces';
const marketplace = 'apps/marketplace/traces';

/** What a real shop was asked for. ATTRIBUTION.md beside each file tells whose they are. */
export const traces: readonly Workload[] = [
  traceOf('web07', marketplace, 'product pages of a shop in July'),
  traceOf('web12', marketplace, 'product pages of a shop in December'),
  traceOf('orm-busy', benchmarks, 'database objects of a shop in busy hours'),
  traceOf('orm-night', benchmarks, 'database objects of a shop at night'),
];

function traceOf(name: string, folder: string, about: string): Workload {
  const file = join(root, folder, `${name}.trace.br`);
  return { name, about, requests: () => readTrace(file) };
}

/** A trace is 32-bit big-endian integers without anything between them. */
function readTrace(file: string): Requests {
  const bytes = brotliDecompressSync(readFileSync(file));
  return requestsFor(
    Int32Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readInt32BE(n * 4)),
  );
}
