import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

const maxBytes = 8;
const texts = fc.array(
  fc.string({ maxLength: 12, unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
);

/** The lines of a text that comes in pieces of these sizes. */
function linesOf(bytes: Uint8Array, sizes: readonly number[]): (string | undefined)[] {
  const splitter = new LineSplitter({ maxBytes });
  const lines: (string | undefined)[] = [];
  const piece = Buffer.alloc(64);
  let from = 0;
  for (const size of [...sizes, bytes.length]) {
    const part = bytes.subarray(from, from + size);
    from += part.length;
    // One buffer for all pieces, as some streams do.
    const used = part.length <= piece.length ? piece.subarray(0, part.length) : part;
    used.set(part);
    lines.push(...splitter.push(used));
  }
  return [...lines, ...splitter.end()];
}

describe('lines of a stream', () => {
  it('are the same however it is cut, and without those that are too long', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(9)), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const expected = lines.map((line) =>
          Buffer.byteLength(line) > maxBytes ? undefined : Buffer.from(line).toString(),
        );
        expect(linesOf(bytes, sizes)).toEqual(expected);
      }),
    );
  });

  it('include a last one without an end', () => {
    expect(linesOf(Buffer.from('a\nb'), [1])).toEqual(['a', 'b']);
    expect(linesOf(Buffer.from('a\n123456789'), [1])).toEqual(['a', undefined]);
  });
});
