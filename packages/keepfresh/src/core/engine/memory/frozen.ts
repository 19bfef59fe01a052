/**
 * What became of a value that was to be frozen.
 * - `frozen`: nobody can change it any more.
 * - `partly`: it is or holds what stays writable (Date, Map, Set, bytes), and `copyWritable` makes others like it.
 * - `foreign`: it is or holds something of which nobody knows here how to copy it.
 */
export type Frozenness = 'frozen' | 'partly' | 'foreign';

/** Deeper values, and those that a codec made in a circle, are foreign. */
const maxDepth = 500;

/** Freezes objects and arrays, all the way down, save those that hold something that stays writable. */
export function freezePlain(value: unknown, depth = 0): Frozenness {
  if (isPrimitive(value)) return 'frozen';
  if (depth > maxDepth) return 'foreign';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return freezeRecord(value, depth);
  if (prototype === Array.prototype) return freezeArray(value as readonly unknown[], depth);
  if (isBytes(prototype)) return 'partly';
  if (Reflect.ownKeys(value).length > 0) return 'foreign';
  if (prototype === Date.prototype) return 'partly';
  const isMap = prototype === Map.prototype;
  if (!isMap && prototype !== Set.prototype) return 'foreign';
  const items = [...(value as Iterable<unknown>)];
  return worstOf(isMap ? items.flat() : items, depth) === 'foreign' ? 'foreign' : 'partly';
}

/**
 * A value like one that `freezePlain` found to be `partly` frozen: what is frozen is the same, what is writable
 * is the caller's own, and the objects and arrays in between are new ones, frozen.
 */
export function copyWritable(value: unknown): unknown {
  if (isPrimitive(value) || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return copyRecord({ ...value });
  if (prototype === null) return copyRecord(Object.assign(Object.create(null) as object, value));
  if (value instanceof Date) return new Date(value.getTime());
  if (Array.isArray(value)) return Object.freeze(value.map(copyWritable));
  if (value instanceof Map) return new Map(copyWritable([...value]) as [unknown, unknown][]);
  if (value instanceof Set) return new Set(copyWritable([...value]) as unknown[]);
  return Buffer.isBuffer(value) ? Buffer.from(value) : new Uint8Array(value as Uint8Array);
}

/** Makes a shallow copy a deep one, and freezes it. */
function copyRecord(shallow: object): object {
  const record = shallow as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    const own = copyWritable(record[name]);
    if (own !== record[name]) record[name] = own;
  }
  return Object.freeze(record);
}

/** Nearly all values are made of these: they are walked without a list of what is in them. */
function freezeRecord(value: object, depth: number): Frozenness {
  const record = value as Record<string, unknown>;
  let worst: Frozenness = 'frozen';
  for (const name in record) {
    const inner = record[name];
    if (isPrimitive(inner) || !Object.hasOwn(record, name)) continue;
    const frozenness = freezePlain(inner, depth + 1);
    if (frozenness === 'foreign') return 'foreign';
    if (frozenness === 'partly') worst = 'partly';
  }
  if (worst === 'frozen') Object.freeze(value);
  return worst;
}

function freezeArray(value: readonly unknown[], depth: number): Frozenness {
  const values = Object.values(value);
  const worst = worstOf(values, depth);
  if (worst === 'frozen') Object.freeze(value);
  return worst === 'partly' && value.length !== values.length ? 'foreign' : worst;
}

function worstOf(values: readonly unknown[], depth: number): Frozenness {
  let worst: Frozenness = 'frozen';
  for (const value of values) {
    if (isPrimitive(value)) continue;
    const frozenness = freezePlain(value, depth + 1);
    if (frozenness === 'foreign') return 'foreign';
    if (frozenness === 'partly') worst = 'partly';
  }
  return worst;
}

/** Nothing that a caller could change. */
export function isPrimitive(value: unknown): value is string | number | boolean | undefined | null {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

function isBytes(prototype: unknown): boolean {
  return prototype === Buffer.prototype || prototype === Uint8Array.prototype;
}
