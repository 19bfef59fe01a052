import { Duplex } from 'node:stream';

/** Runs one batch of PostgreSQL frontend messages and resolves to the server's answer. */
export type Exchange = (batch: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Message types of the PostgreSQL protocol, version 3 (its documentation, "Message Formats"). */
const frontend = { flush: 0x48, query: 0x51, sync: 0x53, terminate: 0x58 };

/** AuthenticationOk, then ReadyForQuery outside a transaction. */
const welcome = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');

/**
 * What `pg` takes for its socket: a stream that speaks to PGlite through `exchange`.
 *
 * A client sends Parse, Bind, Execute and Sync; when one fails, a server skips the rest up to Sync.
 * PGlite keeps that state only within one call. Handing the messages over one by one therefore shifts
 * the answers after an error, and a query receives the rows of another. This stream collects whatever
 * is written and hands it over as one batch that ends with Sync (or is one simple Query).
 *
 * All streams of one PGlite share its single session, so at most one may be open at a time. A new one
 * first undoes what the one before may have left: an open transaction, prepared statements, settings.
 * Flush (which only cursors need) is refused, and COPY is not supported.
 */
export class PGliteStream extends Duplex {
  readonly #exchange: Exchange;
  #unread: Buffer = Buffer.alloc(0);
  #batch: Buffer[] = [];
  #greeted = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(exchange: Exchange) {
    super({ decodeStrings: true });
    this.#exchange = exchange;
  }

  /** Opens the session; `pg` calls this with the port and host of a socket, which mean nothing here. */
  connect(): this {
    this.#enqueue(async () => {
      await this.#exchange(simpleQuery('ROLLBACK'));
      await this.#exchange(simpleQuery('DISCARD ALL'));
      this.emit('connect');
    });
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    try {
      while (this.#takeMessage());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  /** Takes one whole message off what was written, and tells whether there was one. */
  #takeMessage(): boolean {
    // Only the first message of a connection has no type byte before its length.
    const typeBytes = this.#greeted ? 1 : 0;
    if (this.#unread.length < typeBytes + 4) return false;
    const length = typeBytes + this.#unread.readInt32BE(typeBytes);
    if (this.#unread.length < length) return false;
    const message = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    if (this.#greeted) this.#accept(message);
    else this.#greet();
    return true;
  }

  #greet(): void {
    this.#greeted = true;
    this.push(welcome);
  }

  #accept(message: Buffer): void {
    if (message[0] === frontend.terminate) return;
    if (message[0] === frontend.flush) {
      throw new Error('The embedded database has no cursors: a Flush came before the Sync');
    }
    this.#batch.push(message);
    if (message[0] !== frontend.sync && message[0] !== frontend.query) return;
    const batch = joined(this.#batch);
    this.#batch = [];
    this.#enqueue(async () => {
      const answer = await this.#exchange(batch);
      if (!this.destroyed) this.push(answer);
    });
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((error: unknown) => {
      this.destroy(error as Error);
    });
  }
}

/** Copies the parts into one buffer of its own, which may be transferred to another thread. */
function joined(parts: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function simpleQuery(text: string): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(`${text}\0`, 'utf8');
  const head = Buffer.alloc(5);
  head[0] = frontend.query;
  head.writeInt32BE(body.length + 4, 1);
  return joined([head, body]);
}
