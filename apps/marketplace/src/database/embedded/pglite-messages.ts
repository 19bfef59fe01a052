/** What the worker thread is started with. */
export interface WorkerSettings {
  /** Folder of the database files; absent: everything is kept in memory. */
  readonly folder: string | undefined;
}

/** What the main thread asks of the worker. */
export type Work =
  | { readonly kind: 'exchange'; readonly batch: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'close' };

/** One piece of work, numbered from 1; the worker does them in order. */
export interface Request {
  readonly id: number;
  readonly work: Work;
}

/** What the worker answers to the request of the same `id`; `id` 0 says that it is open. */
export type Reply =
  | { readonly id: number; readonly answer: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly failure: string };
