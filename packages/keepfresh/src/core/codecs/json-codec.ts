import type { Codec } from '../ports/codec.ts';
import { CacheError } from '../errors.ts';

/**
 * JSON that keeps its promise: what comes back equals what went in, or encoding throws.
 *
 * Plain data is plain JSON. What JSON lacks (undefined, NaN, the infinities, -0, BigInt, Date, Map, Set,
 * bytes, objects without prototype) is written as `{"$kf":[kind, content]}`, and an object of the caller's
 * that has a key `$kf` is wrapped the same way. Everything else that JSON would change without a word
 * (class instances, functions, symbols, holes, cycles) is refused with the path to it.
 */
export const jsonCodec: Codec = {
  id: 1,
  name: 'json',
  encode(value: unknown): Uint8Array {
    return Buffer.from(JSON.stringify(written(value, [])), 'utf8');
  },
  decode(bytes: Uint8Array): unknown {
    const text = strictUtf8.decode(bytes);
    const parsed: unknown = JSON.parse(text);
    return text.includes(markInText) ? restored(parsed) : parsed;
  },
};

const mark = '$kf';
const markInText = `"${mark}"`;
const maxDepth = 500;

/** Throws for bytes that are no UTF-8 instead of replacing them. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Path = (string | number)[];

/** The value as JSON can carry it; the same object where nothing has to change. */
function written(value: unknown, path: Path): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : marked('number', show(value));
    case 'undefined':
      return marked('undefined', null);
    case 'bigint':
      return marked('bigint', value.toString());
    case 'object':
      return value === null ? null : writtenObject(value, path);
    default:
      throw refusal(`a ${typeof value}`, path);
  }
}

function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function writtenObject(value: object, path: Path): unknown {
  if (path.length >= maxDepth) throw refusal(`nested deeper than ${maxDepth}, or a cycle`, path);
  if (Array.isArray(value)) return writtenArray(value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return writtenRecord(value as Record<string, unknown>, path);
  if (prototype === null) {
    return marked('bare', writtenRecord(value as Record<string, unknown>, path));
  }
  return writtenInstance(value, prototype, path);
}

const restorable: ReadonlySet<unknown> = new Set([Date.prototype, Map.prototype, Set.prototype]);

function writtenInstance(value: object, prototype: unknown, path: Path): unknown {
  if (prototype === Buffer.prototype) {
    return marked('buffer', (value as Buffer).toString('base64'));
  }
  if (prototype === Uint8Array.prototype) {
    return marked('bytes', Buffer.from(value as Uint8Array).toString('base64'));
  }
  const name = nameOf(prototype);
  if (!restorable.has(prototype)) throw refusal(`an instance of ${name}`, path);
  if (Reflect.ownKeys(value).length > 0) throw refusal(`a ${name} with keys of its own`, path);
  if (prototype === Date.prototype) {
    return marked('date', written((value as Date).getTime(), path));
  }
  const kind = prototype === Map.prototype ? 'map' : 'set';
  return marked(kind, writtenArray([...(value as Iterable<unknown>)], path));
}

function nameOf(prototype: unknown): string {
  const name = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function writtenArray(value: readonly unknown[], path: Path): readonly unknown[] {
  checkArray(value, path);
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    path.push(index);
    const item = written(value[index], path);
    path.pop();
    if (item !== value[index]) (copy ??= [...value])[index] = item;
  }
  return copy ?? value;
}

function checkArray(value: readonly unknown[], path: Path): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Array.prototype) throw refusal(`an instance of ${nameOf(prototype)}`, path);
  // Indices come first: with the right number of keys and the last index at the end, nothing else is there.
  const keys = Object.keys(value);
  const last = value.length === 0 ? undefined : String(value.length - 1);
  if (keys.length !== value.length || keys.at(-1) !== last) {
    throw refusal('an array with holes or keys', path);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal('a symbol as key', path);
}

function writtenRecord(value: Record<string, unknown>, path: Path): unknown {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal('a symbol as key', path);
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    path.push(name);
    const item = written(value[name], path);
    path.pop();
    // Own in the copy as well, so that `__proto__` is a key like any other.
    if (item !== value[name]) (copy ??= { ...value })[name] = item;
  }
  return Object.hasOwn(value, mark) ? marked('object', copy ?? value) : (copy ?? value);
}

function marked(kind: string, content: unknown): Record<string, unknown> {
  return { [mark]: [kind, content] };
}

function refusal(what: string, path: Path): CacheError {
  const where = path.length === 0 ? 'the value' : `value${path.slice(0, 20).map(step).join('')}`;
  return new CacheError('ENCODE_FAILED', `${where} is ${what}, which JSON cannot restore`);
}

function step(name: string | number): string {
  return typeof name === 'number' ? `[${name}]` : `.${name}`;
}

/** Undoes `written`, changing the parsed objects in place: nobody else has them yet. */
function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = restored(value[index]);
    return value;
  }
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
  ['buffer', (content: unknown) => Buffer.from(text(content), 'base64')],
  ['bytes', (content: unknown) => new Uint8Array(Buffer.from(text(content), 'base64'))],
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
