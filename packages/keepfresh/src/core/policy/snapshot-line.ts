import type { Epoch, StoredRecord } from '../ports/record.ts';
import { encodeRecord } from './record-layout.ts';
import { decodeRecord } from './record-view.ts';

/**
 * One line of a snapshot. The first says what the others are, the last how many there were:
 *
 * ```
 * {"keepfresh":"snapshot","version":1,"epoch":"…"}
 * {"key":"product:7","record":"<base64 of the record as a store keeps it>"}
 * {"entries":1}
 * ```
 */
export type SnapshotLine =
  | { readonly kind: 'header'; readonly epoch: Epoch }
  | { readonly kind: 'entry'; readonly key: string; readonly record: StoredRecord }
  | { readonly kind: 'end'; readonly entries: number };

const formatVersion = 1;

/** The line as text, with its end. */
export function formatSnapshotLine(line: SnapshotLine): string {
  return `${JSON.stringify(fieldsOf(line))}\n`;
}

/**
 * What a line says; undefined for what this version did not write. Of what the text names, only the fields above are
 * looked at, and no object is made of names in it.
 */
export function parseSnapshotLine(text: string): SnapshotLine | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof fields !== 'object' || fields === null) return undefined;
  const { keepfresh, version, epoch, key, record, entries } = fields as Record<string, unknown>;
  if (keepfresh === 'snapshot') {
    return version === formatVersion && isEpoch(epoch) ? { kind: 'header', epoch } : undefined;
  }
  if (typeof entries === 'number') return { kind: 'end', entries };
  if (typeof key !== 'string' || typeof record !== 'string') return undefined;
  const decoded = decodeRecord(Buffer.from(record, 'base64'));
  return decoded && { kind: 'entry', key, record: decoded };
}

function fieldsOf(line: SnapshotLine): object {
  switch (line.kind) {
    case 'header':
      return { keepfresh: 'snapshot', version: formatVersion, epoch: line.epoch };
    case 'entry':
      return { key: line.key, record: encodeRecord(line.record).toString('base64') };
    case 'end':
      return { entries: line.entries };
  }
}

function isEpoch(value: unknown): value is Epoch {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
}
