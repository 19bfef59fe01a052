import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** A history is written to one file after the other, so that what was read can be thrown away. */
const partBytes = 4 * 2 ** 20;

const partOf = (path: string, part: number): string => `${path}.${part}`;

/** Writes lines that another process reads. What was written survives this process. */
export class HistoryWriter {
  readonly #path: string;
  #part = 0;
  #bytes = 0;
  #file: number;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(partOf(path, 0), 'a');
  }

  write(line: string): void {
    if (this.#bytes > partBytes) {
      closeSync(this.#file);
      this.#file = openSync(partOf(this.#path, ++this.#part), 'a');
      this.#bytes = 0;
    }
    this.#bytes += writeSync(this.#file, `${line}\n`);
  }
}

/** Reads the whole lines that were added since the last time, and removes what is read. */
export class HistoryReader {
  readonly #path: string;
  readonly #chunk: Buffer = Buffer.alloc(1 << 20);
  #part = 0;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  *lines(): Generator<string> {
    for (;;) {
      // When the next part is there, nothing more is written to this one.
      const isWhole = existsSync(partOf(this.#path, this.#part + 1));
      yield* this.#linesOfPart();
      if (!isWhole) return;
      rmSync(partOf(this.#path, this.#part++));
      this.#offset = 0;
    }
  }

  *#linesOfPart(): Generator<string> {
    const file = openSync(partOf(this.#path, this.#part), 'a+');
    try {
      for (;;) {
        const length = readSync(file, this.#chunk, 0, this.#chunk.length, this.#offset);
        const end = this.#chunk.subarray(0, length).lastIndexOf('\n') + 1;
        if (end === 0) return;
        this.#offset += end;
        yield* this.#chunk.toString('utf8', 0, end - 1).split('\n');
      }
    } finally {
      closeSync(file);
    }
  }
}
