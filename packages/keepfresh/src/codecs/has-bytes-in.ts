import { CacheError } from '../core/errors.ts';

/**
 * Throws for bytes that are not one whole value of MessagePack without extensions, and tells whether bytes are in
 * it. A reader that makes room for what a list says it holds can be made to take any amount of memory by a few
 * bytes; so here, before anything is made, all that lists promise together has to fit into the bytes that are left.
 */
export function hasBytesIn(bytes: Uint8Array, maxDepth: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  /** How many values each open list still has to come. */
  const open = [1];
  let promised = 1;
  let hasBytes = false;
  for (let at = 0; open.length > 0;) {
    const first = view.getUint8(at);
    const values = valuesIn(view, at, first);
    at += lengthOf(view, at, first);
    promised += values - 1;
    open[open.length - 1]!--;
    if (values > 0) open.push(values);
    while (open.at(-1) === 0) open.pop();
    if (at + promised > bytes.length || open.length > maxDepth) throw unreadable();
    if (open.length === 0 && at !== bytes.length) throw unreadable();
    hasBytes ||= first >= bin8 && first <= bin32;
  }
  return hasBytes;
}

const [bin8, bin32] = [0xc4, 0xc6];

/** Bytes of numbers, nil, true and false, by their first byte; extensions are not among them. */
const fixedLengths: Readonly<Record<number, number>> = {
  ...{ 0xc0: 1, 0xc2: 1, 0xc3: 1, 0xca: 5, 0xcb: 9 },
  ...{ 0xcc: 2, 0xcd: 3, 0xce: 5, 0xcf: 9, 0xd0: 2, 0xd1: 3, 0xd2: 5, 0xd3: 9 },
};

/** How many values follow as parts of the one at `at`: two for each entry of a map. */
function valuesIn(view: DataView, at: number, first: number): number {
  if (first >= 0x80 && first <= 0x8f) return 2 * (first & 0x0f);
  if (first >= 0x90 && first <= 0x9f) return first & 0x0f;
  if (first === 0xdc) return view.getUint16(at + 1);
  if (first === 0xdd) return view.getUint32(at + 1);
  if (first === 0xde) return 2 * view.getUint16(at + 1);
  return first === 0xdf ? 2 * view.getUint32(at + 1) : 0;
}

/** Bytes of the value at `at`, its parts not counted. */
function lengthOf(view: DataView, at: number, first: number): number {
  if (first < 0xa0 || first >= 0xe0) return 1;
  if (first <= 0xbf) return 1 + (first & 0x1f);
  if (first === 0xc4 || first === 0xd9) return 2 + view.getUint8(at + 1);
  if (first === 0xc5 || first === 0xda) return 3 + view.getUint16(at + 1);
  if (first === 0xc6 || first === 0xdb) return 5 + view.getUint32(at + 1);
  if (first === 0xdc || first === 0xde) return 3;
  if (first === 0xdd || first === 0xdf) return 5;
  const length = fixedLengths[first];
  if (length === undefined) throw unreadable();
  return length;
}

function unreadable(): CacheError {
  return new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
}
