/*
 * Redis compares bytes, so everything here is about the UTF-8 bytes of pattern and key: `?` is one byte,
 * `caf?` does not match `café`, `caf??` does.
 *
 * Every element except `*` takes exactly one byte. Hence it is enough to go back to the last `*` when the
 * rest does not fit: at most length × length steps, where backtracking to every `*` is exponential.
 */
const star = -1;
const anyByte = -2;
/** Codes from here on are classes: the code minus this is the place in `classes`. Below are plain bytes. */
const firstClass = 256;

/**
 * A Redis glob, ready to be matched: `*` any bytes (`:` too), `?` one byte, `[abc]`, `[a-z]`, `[^a]` one byte
 * of a set, `\` takes the next byte as it is. It matches what `KEYS` of Redis 7 matches. Where Redis
 * itself differs between processors (whether bytes above 127 are negative in a range) it matches what any
 * of them does: an invalidation may cover more than was meant, never less.
 */
export class Glob {
  /** The glob as it was written. */
  readonly text: string;
  /** The literal texts between the `*`, or undefined when the glob has any other special element. */
  readonly literals: readonly string[] | undefined;
  /** Everything that matches begins with this text. */
  readonly prefix: string;
  readonly #codes: Int16Array;
  readonly #classes: readonly Uint8Array[];

  constructor(text: string) {
    const { codes, classes } = parse(Buffer.from(text));
    this.text = text;
    this.#codes = new Int16Array(codes);
    this.#classes = classes;
    this.literals = literalsOf(codes);
    this.prefix = prefixOf(codes);
  }

  matches(key: string): boolean {
    return this.matchesBytes(Buffer.from(key));
  }

  /** Like `matches`, for the UTF-8 bytes of a key that is compared with several globs. */
  matchesBytes(bytes: Uint8Array): boolean {
    const codes = this.#codes;
    let at = 0;
    let lastStar = -1;
    let lastTaken = 0;
    for (let position = 0; position < bytes.length;) {
      if (at < codes.length && codes[at] === star) {
        lastStar = at++;
        lastTaken = position;
      } else if (at < codes.length && this.#takes(codes[at]!, bytes[position]!)) {
        at++;
        position++;
      } else if (lastStar === -1) {
        return false;
      } else {
        at = lastStar + 1;
        position = ++lastTaken;
      }
    }
    while (at < codes.length && codes[at] === star) at++;
    return at === codes.length;
  }

  #takes(code: number, byte: number): boolean {
    if (code < firstClass) return code === byte || code === anyByte;
    return this.#classes[code - firstClass]![byte] === 1;
  }
}

interface Parsed {
  readonly codes: readonly number[];
  readonly classes: readonly Uint8Array[];
}

function parse(bytes: Uint8Array): Parsed {
  const codes: number[] = [];
  const classes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === ascii.star) {
      if (codes.at(-1) !== star) codes.push(star);
    } else if (byte === ascii.question) {
      codes.push(anyByte);
    } else if (byte === ascii.open) {
      const parsed = parseClass(bytes, at + 1);
      codes.push(firstClass + classes.length);
      classes.push(parsed.members);
      at = parsed.last;
    } else {
      // A backslash at the very end is one.
      if (byte === ascii.backslash && at + 1 < bytes.length) at++;
      codes.push(bytes[at]!);
    }
  }
  return { codes, classes };
}

/**
 * Reads a class from behind its `[`; `last` is the place of its last byte. As in Redis: `]` ends it even as
 * the first member, a class that is not ended goes on to the end of the pattern, and the end of a range may
 * be anything, `]` and `\` included.
 */
function parseClass(bytes: Uint8Array, start: number): { members: Uint8Array; last: number } {
  const isNegated = bytes[start] === ascii.caret;
  const wanted = new ByteSet();
  let at = isNegated ? start + 1 : start;
  for (; at < bytes.length && bytes[at] !== ascii.close; at++) {
    if (bytes[at] === ascii.backslash && at + 1 < bytes.length) {
      wanted.add(bytes[++at]!);
    } else if (bytes[at + 1] === ascii.dash && at + 2 < bytes.length) {
      wanted.addRange(bytes[at]!, bytes[at + 2]!);
      at += 2;
    } else {
      wanted.add(bytes[at]!);
    }
  }
  return { members: wanted.members(isNegated), last: Math.min(at, bytes.length - 1) };
}

/** Bytes of a class, once as processors with signed and once as those with unsigned characters see them. */
class ByteSet {
  readonly #unsigned = new Uint8Array(256);
  readonly #signed = new Uint8Array(256);

  add(byte: number): void {
    this.#unsigned[byte] = 1;
    this.#signed[byte] = 1;
  }

  /** Adds all bytes between two, whichever of them is the smaller. */
  addRange(one: number, other: number): void {
    fillRange(this.#unsigned, one, other);
    fillRange(this.#signed, toSigned(one), toSigned(other));
  }

  /** 1 for each byte that either kind of processor takes. */
  members(isNegated: boolean): Uint8Array {
    const outside = isNegated ? 1 : 0;
    return this.#unsigned.map((inside, byte) =>
      inside !== outside || this.#signed[byte] !== outside ? 1 : 0,
    );
  }
}

function fillRange(members: Uint8Array, one: number, other: number): void {
  const last = Math.max(one, other);
  for (let value = Math.min(one, other); value <= last; value++) members[value & 0xff] = 1;
}

function toSigned(byte: number): number {
  return byte > 127 ? byte - 256 : byte;
}

function literalsOf(codes: readonly number[]): readonly string[] | undefined {
  if (codes.some((code) => code === anyByte || code >= firstClass)) return undefined;
  const literals: string[] = [];
  let from = 0;
  for (let at = 0; at <= codes.length; at++) {
    if (at < codes.length && codes[at] !== star) continue;
    literals.push(textOf(codes.slice(from, at)));
    from = at + 1;
  }
  return literals;
}

function prefixOf(codes: readonly number[]): string {
  const end = codes.findIndex((code) => code < 0 || code >= firstClass);
  return textOf(end === -1 ? codes : codes.slice(0, end));
}

function textOf(codes: readonly number[]): string {
  return Buffer.from(codes).toString();
}

const ascii = {
  star: 0x2a,
  dash: 0x2d,
  question: 0x3f,
  open: 0x5b,
  backslash: 0x5c,
  close: 0x5d,
  caret: 0x5e,
} as const;
