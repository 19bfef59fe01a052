/**
 * The first byte of everything that codecs and steps make, all in one place: a format that changes gets a new
 * one, and its readers treat the old one as what it was. Here and in the header of records 0–31 belong to keepfresh.
 */
export const ids = {
  json: 1,
  messagePack: 2,
  structuredClone: 3,
  bytes: 4,
  pipeline: 8,
  gzip: 16,
  brotli: 17,
  zstd: 18,
  lz4: 19,
  aes256Gcm: 24,
} as const;
