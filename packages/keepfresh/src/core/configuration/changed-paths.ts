import { isPlainObject } from './merge-patch.ts';

/** The options as they were given, and what data they come to. */
type State = readonly [options: unknown, data: unknown];

/**
 * The paths of what differs, such as `memory.maxBytes`, sorted. Data are compared by what they come to, and what is
 * no data, such as a function, by identity.
 */
export function changedPaths(before: State, after: State): string[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const paths = new Set([...was.keys(), ...is.keys()]);
  return [...paths].filter((path) => !Object.is(was.get(path), is.get(path))).toSorted();
}

function leavesOf([options, data]: State): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [path, value] of walk(options)) {
    if (typeof value === 'function' || isInstance(value)) leaves.set(path, value);
  }
  for (const [path, value] of walk(data)) leaves.set(path, JSON.stringify(value));
  return leaves;
}

function isInstance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* walk(value: unknown, path = ''): Generator<[path: string, leaf: unknown]> {
  if (!isPlainObject(value)) return yield [path, value];
  for (const [name, each] of Object.entries(value)) {
    yield* walk(each, path === '' ? name : `${path}.${name}`);
  }
}
