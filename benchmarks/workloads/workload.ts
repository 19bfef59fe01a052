/** Requests for keys, in the order in which they come. */
export interface Workload {
  readonly name: string;
  /** What asks so, in a few words. */
  readonly about: string;
  /** Reads or makes the requests, which takes up to some seconds. */
  requests(): Requests;
}

export interface Requests {
  /** The number of the key that each request asks for: 1 for the first key ever asked for, then 2, … */
  readonly numbers: Uint32Array;
  /** How many different keys are asked for. */
  readonly distinct: number;
}

/** Requests for these keys, whatever they were called. */
export function requestsFor(keys: Iterable<number>): Requests {
  const known = new Map<number, number>();
  const numbers = Uint32Array.from(keys, (key) => {
    const number = known.get(key) ?? known.size + 1;
    if (number > known.size) known.set(key, number);
    return number;
  });
  return { numbers, distinct: known.size };
}
