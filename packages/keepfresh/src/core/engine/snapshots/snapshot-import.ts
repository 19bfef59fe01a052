import { CacheError } from '../../errors.ts';
import { LineSplitter } from '../../policy/line-splitter.ts';
import { parseSnapshotLine, type SnapshotLine } from '../../policy/snapshot-line.ts';
import type { ImportCounts, Imported } from './import-counts.ts';
import type { SnapshotAdmission } from './snapshot-admission.ts';

export interface ImportRequest {
  readonly source: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
  readonly admission: SnapshotAdmission;
  readonly maxLineBytes: number;
  readonly maxCorrupt: number;
  readonly signal: AbortSignal | undefined;
  /** Told now and then, and at the end. */
  readonly onProgress: (counts: ImportCounts) => void;
}

/** How often progress is told, in lines. */
const progressEvery = 1_000;

/** Reads a snapshot, line by line. Tells whether its last line was there. Holds one line at a time. */
export async function importSnapshot(
  request: ImportRequest,
): Promise<ImportCounts & { readonly complete: boolean }> {
  const { admission, signal, onProgress, maxCorrupt } = request;
  const counts = { ...nothing };
  let lines = 0;
  let complete = false;
  for await (const text of linesOf(request)) {
    signal?.throwIfAborted();
    const line = text === undefined ? undefined : parseSnapshotLine(text);
    if (lines++ === 0) await begin(admission, line);
    else if (line?.kind === 'end') complete = true;
    else counts[line?.kind === 'entry' ? await admission.admit(line) : 'corrupt']++;
    if (counts.corrupt > maxCorrupt) throw tooCorrupt(maxCorrupt, lines);
    if (lines % progressEvery === 0) onProgress({ ...counts });
  }
  if (lines === 0) await begin(admission, undefined);
  onProgress({ ...counts });
  return { ...counts, complete };
}

const nothing: Readonly<Record<Imported, number>> = {
  kept: 0,
  present: 0,
  invalidated: 0,
  expired: 0,
  unjudged: 0,
  refused: 0,
  corrupt: 0,
};

async function begin(admission: SnapshotAdmission, line: SnapshotLine | undefined): Promise<void> {
  if (line?.kind === 'header') return admission.begin(line.epoch);
  const message = 'the stream does not begin as a snapshot of this version does';
  throw new CacheError('SNAPSHOT_INVALID', message);
}

async function* linesOf({
  source,
  maxLineBytes,
}: ImportRequest): AsyncGenerator<string | undefined> {
  const splitter = new LineSplitter({ maxBytes: maxLineBytes });
  for await (const piece of source) {
    yield* splitter.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  }
  yield* splitter.end();
}

function tooCorrupt(most: number, lines: number): CacheError {
  const message = `more than ${most} of the first ${lines} lines of the snapshot are corrupt`;
  return new CacheError('SNAPSHOT_INVALID', message);
}
