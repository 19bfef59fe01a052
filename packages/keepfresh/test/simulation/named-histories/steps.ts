import type { Action, Fault, Step } from '../plan.ts';

/** The first process. */
export const A = 0;
/** The second process. */
export const B = 1;
/** The third process. */
export const C = 2;

/** A process calls its cache, at a millisecond of the history. */
export function does(at: number, process: number, action: Action): Step {
  return { at, process, action };
}

/** A read that loads what is missing; the key `p:1` is a page that is built from `a`. */
export function load(at: number, process: number, key: string, loadMs = 1): Step {
  const builtFrom = key === 'p:1' ? ['a'] : [];
  return does(at, process, { kind: 'getOrSet', key, loadMs, builtFrom });
}

/** The first two processes load a key: it is in the store and in the memory of both. */
export function cachedByTwo(key: string): Step[] {
  return [load(100, A, key), load(200, B, key)];
}

/** A read that loads, and whose load fails. */
export function failingLoad(at: number, process: number, key: string, loadMs = 1): Step {
  return does(at, process, { kind: 'getOrSet', key, loadMs, fails: true });
}

/** A read that loads, and whose loader says that the value from before is still right. */
export function confirmation(at: number, process: number, key: string, loadMs: number): Step {
  return does(at, process, { kind: 'getOrSet', key, loadMs, confirms: true });
}

/** A read that does not load. */
export function get(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'get', key });
}

/** A read of memory alone. */
export function peek(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'peek', key });
}

/** Fifteen reads of memory alone, 10 ms apart. */
export function peekOften(from: number, process: number, key: string): Step[] {
  return Array.from({ length: 15 }, (_, index) => peek(from + 10 * index, process, key));
}

/** Everybody reads, key after key, at once and when H is over. */
export function readEverywhere(at: number, ...keys: readonly string[]): Step[] {
  return keys.flatMap((key) =>
    [at, at + 500].flatMap((time) =>
      [A, B, C].flatMap((process) => [get(time, process, key), load(time + 5, process, key)]),
    ),
  );
}

/** A key is invalidated. */
export function invalidateKey(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'invalidate', keys: [key] });
}

/** A tag is invalidated. */
export function invalidateTag(at: number, process: number, tag: string): Step {
  return does(at, process, { kind: 'invalidate', tags: [tag] });
}

/** All keys that a pattern matches are invalidated. */
export function invalidatePattern(at: number, process: number, pattern: string): Step {
  return does(at, process, { kind: 'invalidate', pattern });
}

/** A key is expired. */
export function expireKey(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'expire', keys: [key] });
}

/** A mutation of a key whose process ends right after the commit: its hold stays, and nothing else is said. */
export function unfinishedMutation(
  at: number,
  process: number,
  { key, takesMs }: { readonly key: string; readonly takesMs: number },
): Step {
  return does(at, process, { kind: 'mutate', keys: [key], takesMs, dies: true });
}

/** Others invalidate so much later that a log which keeps entries for a second drops those of before. */
export function logForgets(times: readonly number[], process: number = A): Step[] {
  return times.map((at) => invalidateKey(at, process, 'b'));
}

/** Something goes wrong. */
export function befalls(at: number, fault: Fault): Step {
  return { at, fault };
}

/** A process ends without a word, and starts again at once, with nothing in memory. */
export function startsAgain(at: number, process: number): Step {
  return befalls(at, { kind: 'crash', process, restartAfterMs: 1 });
}

/** A process that has just started reads what is in the store. */
export function newcomerReads(at: number, process: number, key: string): Step[] {
  return [startsAgain(at, process), get(at + 100, process, key)];
}

/** How long a connection is lost, and how long nobody notices: at once unless given. */
interface Cut {
  readonly forMs: number;
  readonly knownAfterMs?: number;
}

/** A process loses its connection to the log: it hears nothing, and still reads the store. */
export function hearsNothing(at: number, process: number, { forMs, knownAfterMs = 0 }: Cut): Step {
  return befalls(at, { kind: 'cut', process, server: 'control', forMs, knownAfterMs });
}

/** A process loses its connections to the log and to the store. */
export function isAlone(at: number, process: number, { forMs, knownAfterMs = 0 }: Cut): Step[] {
  const store = befalls(at, { kind: 'cut', process, server: 'data', forMs, knownAfterMs });
  return [hearsNothing(at, process, { forMs, knownAfterMs }), store];
}

/** Nothing passes between a process and both servers for a while, then everything does. */
export function stallsWholly(at: number, process: number, forMs: number): Step[] {
  return (['data', 'control'] as const).map((server) =>
    befalls(at, { kind: 'stall', process, server, forMs }),
  );
}

/** The log's server fails over to one that has not got its entries of the last 100 ms. */
export function logFailsOver(at: number, forMs: number): Step {
  return befalls(at, { kind: 'restart', server: 'control', imageAgeMs: 100, forMs });
}
