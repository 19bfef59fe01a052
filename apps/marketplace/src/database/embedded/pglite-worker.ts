import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { Reply, Request, Work, WorkerSettings } from './pglite-messages.ts';

// PGlite computes on the thread that calls it; on this one a slow query blocks nobody else.

const { folder } = workerData as WorkerSettings;
const port = parentPort!;
const empty = new Uint8Array(0);

function reply(message: Reply): void {
  if ('answer' in message) port.postMessage(message, [message.answer.buffer]);
  else port.postMessage(message);
}

async function answerTo(database: PGlite, work: Work): Promise<Uint8Array<ArrayBuffer>> {
  if (work.kind === 'close') {
    await database.close();
    return empty.slice();
  }
  // A copy, for the answer may be a view of the engine's own memory.
  return new Uint8Array(await database.execProtocolRaw(work.batch));
}

const opened = PGlite.create(folder === undefined ? {} : { dataDir: folder });

/** One request at a time: the engine has one session, and its answers carry no number. */
let last: Promise<void> = opened.then(
  () => reply({ id: 0, answer: empty.slice() }),
  (error: unknown) => reply({ id: 0, failure: String(error) }),
);

port.on('message', (request: Request) => {
  last = last
    .then(async () => reply({ id: request.id, answer: await answerTo(await opened, request.work) }))
    .catch((error: unknown) => reply({ id: request.id, failure: String(error) }))
    .finally(() => {
      if (request.work.kind === 'close') port.close();
    });
});
