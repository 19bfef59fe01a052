import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyValue } from '../../../test/codecs/any-value.ts';
import type { Payload } from '../ports/codec.ts';
import { jsonCodec } from './json-codec.ts';

function payloadOf(bytes: Uint8Array): Payload {
  return {
    payloadLength: bytes.length,
    copyPayload: (target, at) => target.set(bytes, at),
  };
}

function decodeMany(texts: readonly (string | Uint8Array)[]): readonly unknown[] {
  const bytes = texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : text));
  return jsonCodec.decodeMany!(bytes.map(payloadOf));
}

describe('JSON that is decoded together', () => {
  it('comes to what each comes to by itself, whatever the values', () => {
    const property = fc.property(fc.array(anyValue, { maxLength: 8 }), (values) => {
      const bytes = values.map((value) => jsonCodec.encode(value));
      expect(decodeMany(bytes)).toEqual(bytes.map((each) => jsonCodec.decode(each)));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('keeps its order over any number of bytes, one value longer than all others', () => {
    const values = Array.from({ length: 60 }, (_, n) => `${n}`.repeat(n === 30 ? 50_000 : 900));
    expect(decodeMany(values.map((value) => JSON.stringify(value)))).toEqual(values);
  });

  it.each([0xfffd, 65_534, 65_535, 65_536, 65_537])('fits its room with %d bytes', (length) => {
    const text = JSON.stringify('x'.repeat(length - 2));
    expect(decodeMany([text, '1', text])).toEqual([JSON.parse(text), 1, JSON.parse(text)]);
    expect(decodeMany(['1', text.slice(0, -9) + '"', '12345'])).toHaveLength(3);
  });

  it.each<[string, readonly (string | Uint8Array)[]]>([
    ['an end in another', ['[1', '2]']],
    ['a string that ends in another', ['"a', 'b"', '3,4']],
    ['an object that ends in another', ['{"a":"x}', '{y","b":1},{"c":2}']],
    ['two values', ['1,2']],
    ['no value', ['1', '']],
    ['a bracket too many', ['1],[2']],
    ['a comma at its end', ['1,', '2']],
    ['half of a character', ['1', Buffer.from([0x22, 0xc3, 0x22])]],
    ['an unknown mark', ['1', '{"$kf":["future",1]}']],
  ])('is refused with a text that has %s', (_what, texts) => {
    expect(() => decodeMany(texts)).toThrow();
  });

  it('is not what a codec made of this one does, which may decode in another way', () => {
    expect({ ...jsonCodec, decode: String }).not.toHaveProperty('decodeMany');
  });

  it('knows the sign of what was replaced from one that is meant', () => {
    expect(decodeMany(['"\uFFFD"', '1'])).toEqual(['\uFFFD', 1]);
  });
});
