import { invalidArgument } from '../errors.ts';

/** Deeper values are taken for a mistake. */
const maxDepth = 20;

/**
 * A text of a value that equal values share and different ones do not, whatever the order in which the fields of
 * an object were set. Throws INVALID_ARGUMENT, which names `field`, for what has no such text: functions,
 * symbols, instances of classes, circles.
 */
export function stableText(value: unknown, field: string, depth = 0): string {
  if (depth > maxDepth) throw invalidArgument(field, `at most ${maxDepth} levels deep`, value);
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      // -0 is looked up like 0, and NaN is one value.
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return value === null ? 'null' : objectText(value, field, depth);
    default:
      throw invalidArgument(field, 'data, as a part of a key', value);
  }
}

function objectText(value: object, field: string, depth: number): string {
  const textOf = (inner: unknown, name: string | number): string =>
    stableText(inner, `${field}.${name}`, depth + 1);
  if (Array.isArray(value)) return `[${Array.from(value, textOf).join(',')}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Set) return `Set(${[...value].map(textOf).toSorted().join(',')})`;
  if (value instanceof Map) return `Map(${entryTexts([...value], textOf)})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${hexOf(value)})`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw invalidArgument(field, 'plain data, as a part of a key', value);
  }
  // As in a query: what is not set is not there.
  const set = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entryTexts(set, textOf)}}`;
}

function entryTexts(
  entries: readonly (readonly [unknown, unknown])[],
  textOf: (value: unknown, name: string | number) => string,
): string {
  const texts = entries.map(
    ([name, value]) => `${textOf(name, 'key')}:${textOf(value, String(name))}`,
  );
  return texts.toSorted().join(',');
}

function hexOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}
