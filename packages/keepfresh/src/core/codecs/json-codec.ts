import type { Codec } from '../ports/codec.ts';
import { parseJoined } from './joined-json.ts';
import { restored } from './restored.ts';
import { utf8Text } from './utf8-text.ts';
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
    const text = utf8Text(bytes);
    const parsed: unknown = JSON.parse(text);
    return text.includes(mark) ? restored(parsed) : parsed;
  },
};

// Not enumerable: whoever spreads this codec, to decode in another way, must not get it.
Object.defineProperty(jsonCodec, 'decodeMany', { value: parseJoined });

const marks = new ValueMarks({
  name: 'JSON',
  bytes: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
});
