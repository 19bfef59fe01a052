/** How many slots a Redis Cluster has. */
export const slotCount = 16_384;

/** CRC-16 of XMODEM (polynomial 0x1021, from 0), for each byte that may come next. */
const table = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80_00 ? (crc << 1) ^ 0x10_21 : crc << 1;
  table[byte] = crc;
}

/**
 * The slot of a key: CRC-16 of its UTF-8 bytes, or of what is between its first `{` and the next `}` where
 * that is not empty (Redis Cluster specification, "Key distribution model" and "Hash tags").
 */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  return crc16(hashed) % slotCount;
}

function crc16(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return crcOfBytes(Buffer.from(text));
    crc = ((crc << 8) & 0xff_ff) ^ table[(crc >> 8) ^ code]!;
  }
  return crc;
}

function crcOfBytes(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xff_ff) ^ table[(crc >> 8) ^ byte]!;
  return crc;
}
