import type { Codec } from '../ports/codec.ts';
import { restored } from './restored.ts';
import { mark, ValueMarks } from './value-marks.ts';

/**
 * JSON that keeps its promise: what comes back equals what went in, or encoding throws. Plain data is plain JSON;
 * `ValueMarks` says what becomes of the rest.
 */
export const jsonCodec: Codec = {
  id: 1,
  name: 'json',
  encode(value: unknown): Uint8Array {
    return Buffer.from(JSON.stringify(marks.written(value)), 'utf8');
  },
  decode(bytes: Uint8Array): unknown {
    const text = textOf(bytes);
    const parsed: unknown = JSON.parse(text);
    return text.includes(mark) ? restored(parsed) : parsed;
  },
};

const marks = new ValueMarks({
  name: 'JSON',
  bytes: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
});

/** The fast way replaces what is no UTF-8 by a sign of its own: only what has that is worth a closer look. */
function textOf(bytes: Uint8Array): string {
  if (!Buffer.isBuffer(bytes)) return strictUtf8.decode(bytes);
  const text = bytes.toString('utf8');
  return text.includes(replacement) ? strictUtf8.decode(bytes) : text;
}

const replacement = '\uFFFD';

/** Throws for bytes that are no UTF-8 instead of replacing them. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
