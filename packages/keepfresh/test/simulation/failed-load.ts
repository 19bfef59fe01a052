/** The error of a loader in a simulation: it names the load, so that it is known wherever it turns up. */
export function failureOfLoad(load: number): Error {
  return new Error(`the source failed in load ${load}`);
}

/** The load that an error names; undefined where it names none. */
export function failedLoadOf(error: unknown): number | undefined {
  const number = /in load (\d+)$/.exec(String((error as Partial<Error>).message))?.[1];
  return number === undefined ? undefined : Number(number);
}
