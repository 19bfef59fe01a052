import type { CacheView } from './cache-view.ts';
import {
  checkFunction,
  checkNames,
  checkSignal,
  checkSwitch,
  isIterable,
  wholeNumber,
} from './check-options.ts';
import { SnapshotAdmission } from './engine/snapshots/snapshot-admission.ts';
import { SnapshotExport } from './engine/snapshots/snapshot-export.ts';
import type { ImportCounts } from './engine/snapshots/import-counts.ts';
import { importSnapshot } from './engine/snapshots/snapshot-import.ts';
import { CacheError, invalidArgument } from './errors.ts';
import { parseSize, type Size } from './policy/size.ts';

/** What `exportEntries` takes. */
export interface ExportOptions {
  /** Keys whose entries in the remote are exported as well; the remote is not searched for others. @default none */
  readonly keys?: Iterable<string> | AsyncIterable<string>;
  /** Ends the export. */
  readonly signal?: AbortSignal;
  /** Told after each 1,000 entries, and at the end, how many were exported. */
  readonly onProgress?: (exported: number) => void;
}

/** What `importEntries` takes. */
export interface ImportOptions {
  /**
   * Take values whatever happened since they were exported, as if they were loaded when the import began: the caller
   * says that they are right. @default false
   */
  readonly adopt?: boolean;
  /** Most lines that are no entry, or cannot be read, before it rejects with SNAPSHOT_INVALID. @default 100 */
  readonly maxCorrupt?: number;
  /** Longest line; longer ones count as corrupt, and are not held. At least 1 KiB. @default '16mb' */
  readonly maxLine?: Size;
  /** Ends the import; what was imported stays. */
  readonly signal?: AbortSignal;
  /** Told after each 1,000 lines, and at the end. */
  readonly onProgress?: (counts: ImportCounts) => void;
}

/** What became of the entries of a snapshot. */
export interface ImportResult extends ImportCounts {
  /** Whether the snapshot has its end: false says that it was cut off. */
  readonly complete: boolean;
}

const names: readonly string[] = ['signal', 'onProgress'];

/** See `Cache.exportEntries`. */
export function exportEntries(view: CacheView, options: ExportOptions): AsyncGenerator<string> {
  const { engine, keys } = view;
  keys.checkOpen();
  checkCommon(options, 'exportEntries options', ['keys']);
  const { keys: further = [], signal, onProgress = () => {} } = options;
  if (!isIterable(further)) {
    throw invalidArgument('exportEntries options.keys', 'an iterable of keys', further);
  }
  const named = async function* (): AsyncGenerator<string> {
    for await (const key of further) yield keys.named(key);
  };
  const request = { prefix: keys.prefix, keys: named(), signal, onProgress };
  return new SnapshotExport(engine, request).lines();
}

/** See `Cache.importEntries`. */
export async function importEntries(
  view: CacheView,
  source: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  options: ImportOptions,
): Promise<ImportResult> {
  const { engine, keys } = view;
  keys.checkOpen();
  const field = 'importEntries options';
  checkCommon(options, field, ['adopt', 'maxCorrupt', 'maxLine']);
  const { adopt = false, maxLine = '16mb', signal, onProgress = () => {} } = options;
  if (!isIterable(source))
    throw invalidArgument('the snapshot', 'an iterable of text or bytes', source);
  checkSwitch(adopt, `${field}.adopt`);
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER, default: 100 };
  const maxCorrupt = wholeNumber(options.maxCorrupt, `${field}.maxCorrupt`, range);
  const maxLineBytes = parseSize(maxLine, `${field}.maxLine`, { min: 1_024 });
  if (engine.parts.memory.maxEntries === 0) {
    throw new CacheError('INVALID_ARGUMENT', 'entries are imported into memory, which is off');
  }
  const admission = new SnapshotAdmission(engine, { adopt, accepts: acceptedBy(view) });
  return importSnapshot({ source, admission, maxLineBytes, maxCorrupt, signal, onProgress });
}

/** Whether a full key is one that the view could have made, and that may be kept. */
function acceptedBy({ keys, options }: CacheView): (key: string) => boolean {
  return (key) => {
    const isName = key !== keys.prefix && key.startsWith(keys.prefix) && key.isWellFormed();
    if (!isName || Buffer.byteLength(key) > 2 * options.maxKeyBytes) return false;
    return !options.never.hasNamed(key);
  };
}

function checkCommon(
  options: ExportOptions | ImportOptions,
  field: string,
  own: readonly string[],
): void {
  checkNames(options, field, [...own, ...names]);
  const { signal, onProgress } = options;
  checkSignal(signal, `${field}.signal`);
  checkFunction(onProgress, `${field}.onProgress`);
}
