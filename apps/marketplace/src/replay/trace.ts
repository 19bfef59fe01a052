import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { numberByFirstAppearance } from './number-by-first-appearance.ts';

/** The names of the traces that come with the marketplace. */
export const traceNames = ['web12', 'web07'] as const;

/** The name of a trace. */
export type TraceName = (typeof traceNames)[number];

/** What was recorded, and when. */
const recordedIn: Record<TraceName, string> = { web12: 'December 2013', web07: 'July 2013' };

/** Requests for product pages as a real shop received them. */
export interface Trace {
  readonly name: TraceName;
  /** Month and year of the recording. */
  readonly recordedIn: string;
  /** The product of each request, in the order of the requests: 1 for the first product seen, then 2, … */
  readonly productIds: Uint32Array;
  /** How many different products are asked for; their ids are 1 to this number. */
  readonly products: number;
}

const folder = new URL('../../traces/', import.meta.url);

/** Reads a trace, or the first `requests` of it. Throws if its file is missing or damaged. */
export async function readTrace(name: TraceName, requests = Infinity): Promise<Trace> {
  const compressed = await readFile(new URL(`${name}.trace.br`, folder));
  const keys = readKeys(await promisify(brotliDecompress)(compressed));
  const productIds = numberByFirstAppearance(keys.subarray(0, Math.min(requests, keys.length)));
  const products = productIds.reduce((most, id) => Math.max(most, id), 0);
  return { name, recordedIn: recordedIn[name], productIds, products };
}

/** The keys of a trace: 32-bit big-endian integers without anything between them. */
function readKeys(bytes: Buffer): Int32Array {
  if (bytes.length % 4 !== 0) {
    throw new Error(`a trace holds 4 bytes per request, but this one has ${bytes.length} bytes`);
  }
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32BE(index * 4));
}
