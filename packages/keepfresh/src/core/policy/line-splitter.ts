const newline = 0x0a;

/**
 * Makes lines of bytes that come in pieces, and never holds more than the longest of them: of a longer one nothing is
 * kept, and it is told as undefined.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(options: { readonly maxBytes: number }) {
    this.#maxBytes = options.maxBytes;
  }

  /** The lines that end in this piece, without their ends. */
  *push(piece: Uint8Array): Generator<string | undefined> {
    let from = 0;
    for (let to = piece.indexOf(newline); to !== -1; to = piece.indexOf(newline, from)) {
      this.#add(piece.subarray(from, to));
      from = to + 1;
      yield this.#take();
    }
    this.#add(piece.subarray(from));
  }

  /** What came after the last end of a line, if anything did. */
  *end(): Generator<string | undefined> {
    if (this.#length > 0) yield this.#take();
  }

  #add(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) this.#parts = [];
    // A piece may be a part of a buffer that its giver uses again.
    else if (part.length > 0) this.#parts.push(Uint8Array.from(part));
  }

  #take(): string | undefined {
    const line =
      this.#length > this.#maxBytes ? undefined : Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}
