import type { SeededRandom } from '../../src/testing/seeded-random.ts';

/** Bytes that decoders often take for lengths, kinds or ends. */
const telling = [0x00, 0x01, 0x7f, 0x80, 0xc6, 0xd9, 0xdd, 0xdf, 0xff, 0x22, 0x5b, 0x7b];

/** Bytes that were valid, changed in a few places; now and then bytes that never were. */
export function mutate(seeds: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  if (random.below(20) === 0) return randomBytes(random);
  let bytes = Buffer.from(seeds[random.below(seeds.length)]!);
  for (let left = 1 + random.below(4); left > 0; left--) {
    bytes = Buffer.from(mutateOnce(bytes, seeds, random));
  }
  return bytes;
}

function mutateOnce(bytes: Buffer, seeds: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1);
  const way = random.below(8);
  if (way === 0) return bytes.subarray(0, at);
  if (way === 1) return Buffer.concat([bytes.subarray(0, at), randomBytes(random)]);
  if (way === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at), bytes]);
  if (way === 3) {
    const other = seeds[random.below(seeds.length)]!;
    return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
  }
  if (way === 4 && bytes.length > at) {
    bytes.subarray(at, at + 1 + random.below(5)).fill(telling[random.below(telling.length)]!);
  } else if (bytes.length > at) bytes[at] = random.below(256);
  return bytes;
}

function randomBytes(random: SeededRandom): Uint8Array {
  return Uint8Array.from({ length: random.below(64) }, () => random.below(256));
}
