import type { RedisArgument } from './connection.ts';

/** Where gathered reads are sent. */
export interface GatheredReadsOptions {
  /** One `GET`; undefined where there is no value. */
  readonly get: (key: string) => Promise<Buffer | undefined>;
  /** Any command. */
  readonly send: (args: readonly RedisArgument[]) => Promise<unknown>;
}

/** Most keys of one command: none of them is answered before the last is. */
const mostKeys = 64;
/** Values from here on, in bytes, are asked for one by one: each is answered as soon as it has arrived. */
const largeBytes = 16_384;

interface Waiting {
  readonly key: string;
  readonly resolve: (bytes: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads of one server that begin in the same turn of the event loop, sent as one `MGET` when it ends: to send and
 * to answer a command costs both sides more than to find a key. A read that is alone is a plain `GET`, and none is
 * sent later than it would be otherwise, since clients write when the turn ends. What becomes of the command
 * becomes of all its reads.
 */
export class GatheredReads {
  readonly #options: GatheredReadsOptions;
  #waiting: Waiting[] = [];
  #areLarge = false;

  constructor(options: GatheredReadsOptions) {
    this.#options = options;
  }

  /** Undefined where the key is absent or holds another type. */
  get(key: string): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ key, resolve, reject });
      if (count === 1) process.nextTick(() => this.#send());
      else if (count === mostKeys) this.#send();
    });
  }

  #send(): void {
    const reads = this.#waiting;
    // What was too much for one command was sent before.
    if (reads.length === 0) return;
    this.#waiting = [];
    if (reads.length === 1 || this.#areLarge) for (const read of reads) this.#sendOne(read);
    else this.#sendAll(reads);
  }

  #sendOne({ key, resolve, reject }: Waiting): void {
    const answered = (bytes: Buffer | undefined): void => {
      this.#areLarge = isLarge(bytes);
      resolve(bytes);
    };
    this.#options.get(key).then(answered, reject);
  }

  #sendAll(reads: readonly Waiting[]): void {
    const answered = (reply: unknown): void => {
      const values = reply as readonly (Buffer | null)[];
      this.#areLarge = values.some(isLarge);
      for (const [n, { resolve }] of reads.entries()) resolve(values[n] ?? undefined);
    };
    const failed = (error: unknown): void => {
      for (const { reject } of reads) reject(error);
    };
    this.#options.send(['MGET', ...reads.map(({ key }) => key)]).then(answered, failed);
  }
}

function isLarge(bytes: Buffer | null | undefined): boolean {
  return bytes !== null && bytes !== undefined && bytes.length >= largeBytes;
}
