import type { History, Load, Read } from './history.ts';

/** The clock of a process and its hooks may add this much. */
const roundingMs = 500;

/** A read that was given the error of a load that had failed before, in place of another one. */
export interface RememberedError {
  readonly read: Read;
  readonly load: Load;
}

/**
 * Reads that got an error which their process remembers: not one of which the store told it meanwhile, as it, or a read
 * that it had joined, had waited for that load.
 */
export function* rememberedErrors({ reads, loads, told }: History): Generator<RememberedError> {
  for (const read of reads) {
    if (read.failedLoad === undefined) continue;
    const load = loads[read.failedLoad]!;
    const joined = reads.filter(
      ({ process, key, start, end }) =>
        process === read.process &&
        key === read.key &&
        start.tick <= read.start.tick &&
        end !== undefined &&
        end.tick > read.start.tick,
    );
    const wasTold = told.some(
      (each) =>
        each.process === read.process &&
        each.load === load.id &&
        joined.some(({ start }) => each.at.tick > start.tick) &&
        each.at.tick < read.end!.tick,
    );
    if (!wasTold) yield { read, load };
  }
}

/** What is wrong with an error that was given, whatever was invalidated; undefined: nothing. */
export function wrongWith(
  { read, load }: RememberedError,
  { errorTtlMs }: Pick<History, 'errorTtlMs'>,
): string | undefined {
  if (load.key !== read.key) return `is of ${load.key}`;
  if (load.process !== read.process) return 'is of another process';
  if (read.fresh || read.call === 'refresh') return 'is not for reads that want what is new';
  if (load.end === undefined) return 'has not happened yet';
  const isOver = read.start.ms - load.end.ms > errorTtlMs + roundingMs;
  return errorTtlMs === 0 || isOver ? `is older than ${errorTtlMs} ms` : undefined;
}
