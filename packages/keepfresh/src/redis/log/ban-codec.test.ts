import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ban } from '../../core/ports/log.ts';
import { bansFromJson, bansToJson, coversFromJson } from './ban-codec.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const token = fc.constantFrom('a'.repeat(32), 'b'.repeat(32));
const soft = fc.constantFrom({}, { soft: true });

const key = fc
  .tuple(text, soft, fc.option(token, { nil: undefined }))
  .map(([name, fields, except]) => ({
    kind: 'key' as const,
    key: name,
    ...(except ? { except } : {}),
    ...fields,
  }));
const tag = fc.tuple(text, soft).map(([name, f]) => ({ kind: 'tag' as const, tag: name, ...f }));
const pattern = text.map((glob) => ({ kind: 'pattern' as const, pattern: glob }));
const hold = fc.record({
  kind: fc.constant('hold' as const),
  token,
  until: fc.nat(),
  covers: fc.array(fc.oneof(key, tag, pattern), { maxLength: 3 }),
});
const release = token.map((of) => ({ kind: 'release' as const, token: of }));
const ban: fc.Arbitrary<Ban> = fc.oneof(
  key,
  tag,
  pattern,
  hold,
  release,
  fc.constant({ kind: 'clear' as const }),
);

const clear = { kind: 'clear' };

describe('bans in the log', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(ban), (bans) => {
        expect(bansFromJson(bansToJson(bans))).toEqual(bans);
      }),
    );
  });

  it.each([
    ['[["x","something new"]]', [clear]],
    ['[["k","a"],["?"],["t","b"]]', [{ kind: 'key', key: 'a' }, clear, { kind: 'tag', tag: 'b' }]],
    ['[["k"]]', [clear]],
    ['[["k","a",7]]', [clear]],
    ['[["h","t","soon",[]]]', [clear]],
    ['[["h","t",5,[["z","new"]]]]', [clear]],
    ['[7]', [clear]],
    ['{}', [clear]],
    ['not json', [clear]],
    ['', [clear]],
    ['[]', []],
  ])('count as a clear where a newer version wrote them: %s', (json, bans) => {
    expect(bansFromJson(json)).toEqual(bans);
  });

  it('hold everything where it cannot be understood what a hold covers', () => {
    expect(coversFromJson('[["z","new"]]')).toEqual([{ kind: 'pattern', pattern: '*' }]);
    expect(coversFromJson('[["t","a"]]')).toEqual([{ kind: 'tag', tag: 'a' }]);
  });
});
