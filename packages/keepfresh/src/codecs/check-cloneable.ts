import { CacheError } from '../core/errors.ts';

const maxDepth = 500;

const typedArrays = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];

/** Prototypes whose instances come back whole, if they have no keys of their own. */
const whole: ReadonlySet<unknown> = new Set([Date.prototype, ArrayBuffer.prototype]);
const views: ReadonlySet<unknown> = new Set([
  Buffer.prototype,
  ...typedArrays.map((type) => type.prototype as unknown),
]);

/**
 * Throws ENCODE_FAILED for what a structured clone changes without a word: instances of classes, objects without
 * prototype, symbols as keys, keys of a Date or a Map; and for functions and symbols.
 */
export function checkCloneable(value: unknown): void {
  check(value, '', { seen: new Set(), depth: 0 });
}

interface Walk {
  readonly seen: Set<object>;
  depth: number;
}

function check(value: unknown, path: string, walk: Walk): void {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw refusal(`a ${typeof value}`, path);
  }
  if (typeof value !== 'object' || value === null || walk.seen.has(value)) return;
  walk.seen.add(value);
  if (++walk.depth > maxDepth) throw refusal(`nested deeper than ${maxDepth}`, path);
  checkObject(value, path, walk);
  walk.depth--;
}

function checkObject(value: object, path: string, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || (prototype === Array.prototype && Array.isArray(value))) {
    return checkFields(value, path, walk);
  }
  if (views.has(prototype)) return checkMemory((value as Uint8Array).buffer, path);
  if (prototype === ArrayBuffer.prototype) checkMemory(value as ArrayBuffer, path);
  const isList = prototype === Map.prototype || prototype === Set.prototype;
  const isPattern = prototype === RegExp.prototype && (value as RegExp).lastIndex === 0;
  const name = nameOf(prototype);
  if (!isList && !isPattern && !whole.has(prototype)) throw refusal(`an instance of ${name}`, path);
  if (Reflect.ownKeys(value).length > (isPattern ? 1 : 0)) {
    throw refusal(`a ${name} with keys of its own`, path);
  }
  if (isList) for (const item of value as Iterable<unknown>) check(item, `${path}[…]`, walk);
}

function checkFields(value: object, path: string, walk: Walk): void {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal('a symbol as key', path);
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  // Indices come first: with the right number of keys and the last index at the end, nothing else is there.
  if (
    isArray &&
    (entries.length !== value.length ||
      (entries.length > 0 && entries.at(-1)![0] !== String(value.length - 1)))
  ) {
    throw refusal('an array with holes or keys', path);
  }
  for (const [name, item] of entries) {
    check(item, isArray ? `${path}[${name}]` : `${path}.${name}`, walk);
  }
}

function checkMemory(memory: ArrayBufferLike, path: string): void {
  const isPlain = memory instanceof ArrayBuffer && !memory.resizable;
  if (!isPlain) throw refusal('memory that is shared or changes its size', path);
}

function nameOf(prototype: unknown): string {
  const name = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function refusal(what: string, path: string): CacheError {
  const where = path === '' ? 'the value' : `value${path}`;
  return new CacheError('ENCODE_FAILED', `${where} is ${what}, which V8 cannot restore`);
}
