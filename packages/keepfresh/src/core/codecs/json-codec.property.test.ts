import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyValue } from '../../../test/codecs/any-value.ts';
import { jsonCodec } from './json-codec.ts';

function roundTrip(value: unknown): unknown {
  return jsonCodec.decode(jsonCodec.encode(value));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** JSON whose keys and texts are those the codec gives a meaning. */
const markedJson = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(null, 1, -1, '', 'abc', '5', true),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.tuple(kinds(), tie('json')).map(([kind, content]) => ({ $kf: [kind, content] })),
    fc.dictionary(fc.constantFrom('$kf', '__proto__', 'a', 'constructor'), tie('json'), {
      maxKeys: 3,
    }),
  ),
})).json;

function kinds(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...[
      'undefined',
      'number',
      'bigint',
      'date',
      'map',
      'set',
      'buffer',
      'bytes',
      'bare',
      'object',
      'x',
    ],
  );
}

describe('jsonCodec, for any value,', () => {
  it('gives back what it took', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        assert.deepStrictEqual(roundTrip(value), value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes the same bytes for what it gave back', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = jsonCodec.encode(value);
        assert.deepStrictEqual(jsonCodec.encode(jsonCodec.decode(bytes)), bytes);
      }),
    );
  });

  it('takes any bytes of JSON only if it could have written their value, and pollutes nothing', () => {
    const before = Reflect.ownKeys(Object.prototype).length;
    fc.assert(
      fc.property(markedJson, (json) => {
        let value: unknown;
        try {
          value = jsonCodec.decode(bytesOf(JSON.stringify(json)));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        assert.deepStrictEqual(roundTrip(value), value);
      }),
      { numRuns: 3_000 },
    );
    expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
    expect(Reflect.ownKeys(Array.prototype)).not.toContain('polluted');
  });

  it('throws or gives a value for any bytes at all', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat(255), (value, place, byte) => {
        const bytes = Uint8Array.from(jsonCodec.encode(value));
        bytes[place % bytes.length] = byte;
        try {
          roundTrip(jsonCodec.decode(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
