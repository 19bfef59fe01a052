import type { Payload } from '../ports/codec.ts';
import { restored } from './restored.ts';
import { utf8Text } from './utf8-text.ts';
import { mark } from './value-marks.ts';

/** Texts are joined up to so many bytes; a longer one is parsed by itself. */
const room = 65_536;
let scratch: Buffer | undefined;

const [opening, comma, lineFeed, closing] = [0x5b, 0x2c, 0x0a, 0x5d];

/**
 * The values of JSON texts, in order, parsed as the items of one array: decoders and parsers take about as long to start
 * as a small text takes them, and V8 parses an object faster after one of the same shape.
 *
 * Throws when one is no text of `jsonCodec`. Texts that are none by themselves could pass for others together. But a
 * line feed stands between them, which JSON has in no string, so no string reaches from one into the next; and what one
 * leaves open no text that is sound can close. So it would take several broken ones, made for each other.
 */
export function parseJoined(payloads: readonly Payload[]): readonly unknown[] {
  let values: readonly unknown[] = [];
  for (let from = 0; from < payloads.length;) {
    const { bytes, count } = joined(payloads, from);
    const parsed = parseItems(utf8Text(bytes), count);
    values = from === 0 ? parsed : values.concat(parsed);
    from += count;
  }
  return values;
}

/** As many texts as there is room for, at least one, in brackets. */
function joined(
  payloads: readonly Payload[],
  from: number,
): { readonly bytes: Buffer; readonly count: number } {
  const target = roomFor(payloads[from]!.payloadLength + 2);
  target[0] = opening;
  let end = 1;
  let n = from;
  for (; n < payloads.length; n++) {
    const payload = payloads[n]!;
    const length = payload.payloadLength;
    if (n > from) {
      if (end + length + 3 > target.length) break;
      target[end++] = comma;
      target[end++] = lineFeed;
    }
    payload.copyPayload(target, end);
    end += length;
  }
  target[end++] = closing;
  return { bytes: target.subarray(0, end), count: n - from };
}

function roomFor(length: number): Buffer {
  if (length > room) return Buffer.allocUnsafe(length);
  scratch ??= Buffer.allocUnsafeSlow(room);
  return scratch;
}

function parseItems(text: string, count: number): readonly unknown[] {
  const items = JSON.parse(text) as unknown[];
  if (items.length !== count) throw new Error('there are texts that are no JSON by themselves');
  return text.includes(mark) ? items.map(restored) : items;
}
