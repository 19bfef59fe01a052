/** The text in bytes. Throws for bytes that are no UTF-8 instead of replacing them. */
export function utf8Text(bytes: Uint8Array): string {
  if (!Buffer.isBuffer(bytes)) return strictUtf8.decode(bytes);
  // The fast way replaces what is no UTF-8 by a sign of its own: only what has that is worth a closer look.
  const text = bytes.toString();
  return text.includes(replacement) ? strictUtf8.decode(bytes) : text;
}

const replacement = '\uFFFD';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
