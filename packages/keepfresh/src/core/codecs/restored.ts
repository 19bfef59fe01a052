import { CacheError } from '../errors.ts';
import { mark } from './value-marks.ts';

/**
 * Undoes what `ValueMarks` did, in the parsed objects themselves: nobody else has them yet. Throws for other marks.
 */
export function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = restored(value[index]);
    return value;
  }
  // Bytes without a mark could be a part of others'.
  if (value instanceof Uint8Array) throw unreadable();
  const record = value as Record<string, unknown>;
  if (Object.hasOwn(record, mark)) return restoredMark(record);
  return restoredRecord(record);
}

function restoredRecord(record: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(record)) record[name] = restored(record[name]);
  return record;
}

function restoredMark(record: Record<string, unknown>): unknown {
  const content = record[mark];
  const isMark = Array.isArray(content) && content.length === 2 && Object.keys(record).length === 1;
  if (!isMark) throw unreadable();
  const [kind, inner] = content as [unknown, unknown];
  const restore = typeof kind === 'string' ? restorers.get(kind) : undefined;
  if (restore === undefined) throw unreadable();
  return restore(inner);
}

const restorers: ReadonlyMap<string, (content: unknown) => unknown> = new Map([
  ['undefined', restoredUndefined],
  ['number', restoredNumber],
  ['bigint', (content: unknown) => BigInt(text(content, /^(?:0|-?[1-9]\d*)$/))],
  ['date', restoredDate],
  ['map', restoredMap],
  ['set', (content: unknown) => new Set(restoredList(content))],
  ['buffer', (content: unknown) => Buffer.from(restoredBytes(content))],
  ['bytes', (content: unknown) => new Uint8Array(restoredBytes(content))],
  ['text', (content: unknown) => String(JSON.parse(text(content)))],
  ['entries', restoredEntries],
  ['bare', restoredBare],
  ['object', restoredMarkedObject],
]);

function restoredUndefined(content: unknown): undefined {
  if (content !== null) throw unreadable();
}

function restoredNumber(content: unknown): number {
  return Number(text(content, /^(?:NaN|-?Infinity|-0)$/));
}

function restoredDate(content: unknown): Date {
  const time = restored(content);
  if (typeof time !== 'number') throw unreadable();
  const date = new Date(time);
  if (!Object.is(date.getTime(), time)) throw unreadable();
  return date;
}

function restoredMap(content: unknown): Map<unknown, unknown> {
  const pairs = restoredList(content);
  const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2;
  if (!pairs.every(isPair)) throw unreadable();
  return new Map(pairs as [unknown, unknown][]);
}

function restoredList(content: unknown): unknown[] {
  if (!Array.isArray(content)) throw unreadable();
  return restored(content) as unknown[];
}

/** Formats without bytes write them as base64. */
function restoredBytes(content: unknown): Uint8Array {
  return content instanceof Uint8Array ? content : Buffer.from(text(content), 'base64');
}

/** An object with a key that the format cannot carry; its keys may be named like anything. */
function restoredEntries(content: unknown): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, value] of restoredMap(content)) {
    const field = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(record, text(name), field);
  }
  return record;
}

function restoredBare(content: unknown): unknown {
  const record = restored(content);
  if (!isPlain(record)) throw unreadable();
  return Object.setPrototypeOf(record, null);
}

/** An object of the caller's that has the mark as a key. */
function restoredMarkedObject(content: unknown): unknown {
  if (!isPlain(content) || !Object.hasOwn(content, mark)) throw unreadable();
  return restoredRecord(content as Record<string, unknown>);
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function text(content: unknown, form = /^/): string {
  if (typeof content !== 'string' || !form.test(content)) throw unreadable();
  return content;
}

function unreadable(): CacheError {
  return new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
}
