import { Worker } from 'node:worker_threads';
import { within } from '../../platform/within.ts';
import type { Reply, Request, Work, WorkerSettings } from './pglite-messages.ts';
import { PGliteStream } from './pglite-stream.ts';

/** How long closing may take before the worker is ended anyway, in milliseconds. */
const closeMs = 500;

type Waiting = PromiseWithResolvers<Uint8Array>;

/** PostgreSQL inside this process: PGlite in a worker thread, reached through `PGliteStream`s. */
export class EmbeddedPostgres {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | undefined;

  private constructor(folder: string | undefined) {
    const settings: WorkerSettings = { folder };
    this.#worker = new Worker(workerFile(), { workerData: settings });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#end(error as Error));
    this.#worker.on('exit', () => this.#end(new Error('The embedded database has ended')));
  }

  /** Opens the database in `folder`, creating it when it is not there; in memory without a folder. */
  static async open(folder?: string): Promise<EmbeddedPostgres> {
    const opening = new EmbeddedPostgres(folder);
    await opening.#answerTo(0);
    return opening;
  }

  /** A new connection for `pg`. There is one session, so the one before must have been closed. */
  stream(): PGliteStream {
    return new PGliteStream((batch) => this.#ask({ kind: 'exchange', batch }));
  }

  /** Waits for what was asked before, writes everything down and ends the worker. Safe to repeat. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await within(closeMs, this.#ask({ kind: 'close' })).catch(() => {});
    await this.#worker.terminate();
  }

  #ask(work: Work): Promise<Uint8Array> {
    if (this.#ended) return Promise.reject(this.#ended);
    const request: Request = { id: ++this.#lastId, work };
    const transfer = work.kind === 'exchange' ? [work.batch.buffer] : [];
    this.#worker.postMessage(request, transfer);
    return this.#answerTo(request.id);
  }

  #answerTo(id: number): Promise<Uint8Array> {
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('answer' in reply) waiting?.resolve(reply.answer);
    else waiting?.reject(new Error(reply.failure));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}

/** The worker's file: as compiled, or as source where the sources themselves are run. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./pglite-worker.${extension}`, import.meta.url);
}
