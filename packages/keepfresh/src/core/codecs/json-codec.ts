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
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const parsed: unknown = JSON.parse(text);
    return text.includes(markInText) ? restored(parsed) : parsed;
  },
};

const mark = '$kf';
const markInText = `"${mark}"`;
const maxDepth = 500;

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
  if (path.length > maxDepth) throw refusal(`nested deeper than ${maxDepth}, or a cycle`, path);
  if (Array.isArray(value)) return writtenArray(value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return writtenRecord(value as Record<string, unknown>, path);
  if (prototype === null) {
    return marked('bare', writtenRecord(value as Record<string, unknown>, path));
  }
  return writtenInstance(value, prototype, path);
}

function writtenInstance(value: object, prototype: unknown, path: Path): unknown {
  if (prototype === Date.prototype) {
    return marked('date', written((value as Date).getTime(), path));
  }
  if (prototype === Map.prototype) {
    return marked('map', writtenArray([...(value as Map<unknown, unknown>)], path));
  }
  if (prototype === Set.prototype) {
    return marked('set', writtenArray([...(value as Set<unknown>)], path));
  }
  if (prototype === Buffer.prototype) {
    return marked('buffer', (value as Buffer).toString('base64'));
  }
  if (prototype === Uint8Array.prototype) {
    return marked('bytes', Buffer.from(value as Uint8Array).toString('base64'));
  }
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name;
  throw refusal(`an instance of ${name === undefined || name === '' ? 'a class' : name}`, path);
}

function writtenArray(value: readonly unknown[], path: Path): readonly unknown[] {
  if (Object.keys(value).length !== value.length)
    throw refusal('an array with holes or keys', path);
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    path.push(index);
    const item = written(value[index], path);
    path.pop();
    if (item !== value[index]) (copy ??= [...value])[index] = item;
  }
  return copy ?? value;
}

function writtenRecord(value: Record<string, unknown>, path: Path): unknown {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal('a symbol as key', path);
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    path.push(name);
    const item = written(value[name], path);
    path.pop();
    if (item !== value[name]) assign((copy ??= { ...value }), name, item);
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
  if (Object.hasOwn(record, mark)) return restoredMark(record[mark]);
  return restoredRecord(record);
}

function restoredRecord(record: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(record)) assign(record, name, restored(record[name]));
  return record;
}

function restoredMark(content: unknown): unknown {
  if (!Array.isArray(content) || content.length !== 2) throw unreadable();
  const [kind, inner] = content as [unknown, unknown];
  const restore = typeof kind === 'string' ? restorers.get(kind) : undefined;
  if (restore === undefined) throw unreadable();
  return restore(inner);
}

const restorers: ReadonlyMap<string, (content: unknown) => unknown> = new Map([
  ['undefined', () => undefined],
  ['number', (content: unknown) => Number(text(content))],
  ['bigint', (content: unknown) => BigInt(text(content))],
  ['date', (content: unknown) => new Date(restored(content) as number)],
  ['map', (content: unknown) => new Map(restored(content) as [unknown, unknown][])],
  ['set', (content: unknown) => new Set(restored(content) as unknown[])],
  ['buffer', (content: unknown) => Buffer.from(text(content), 'base64')],
  ['bytes', (content: unknown) => new Uint8Array(Buffer.from(text(content), 'base64'))],
  ['bare', (content: unknown) => Object.setPrototypeOf(restored(content), null)],
  ['object', (content: unknown) => restoredRecord(content as Record<string, unknown>)],
]);

function text(content: unknown): string {
  if (typeof content !== 'string') throw unreadable();
  return content;
}

function unreadable(): CacheError {
  return new CacheError('ENCODE_FAILED', 'the bytes are not what this codec writes');
}

/** Sets an own property, also one named `__proto__`. */
function assign(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else record[name] = value;
}
