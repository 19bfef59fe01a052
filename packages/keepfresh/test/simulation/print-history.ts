import type { Coverage, History, Instant } from './history.ts';
import type { Violation } from './history-checker.ts';

interface Line {
  readonly at: Instant;
  readonly process: string;
  readonly text: string;
}

/** A history as a table that a person can read: one line for each thing that happened, in order. */
export function printHistory(history: History, violations: readonly Violation[] = []): string {
  const lines = [
    ...readLines(history),
    ...loadLines(history),
    ...invalidationLines(history),
    ...storeLines(history),
    ...history.mishaps.map(({ at, process, text }) => ({ at, process, text: `! ${text}` })),
    ...mutationLines(history),
    ...violations.map(({ at, rule, text }) => ({ at, process: '', text: `>>> ${rule}: ${text}` })),
  ];
  lines.sort((one, other) => one.at.tick - other.at.tick);
  const table = lines.map(
    ({ at, process, text }) => `${time(at).padStart(7)}  ${process.padEnd(4)} ${text}`,
  );
  return ['     ms  who  what', ...table].join('\n');
}

function* readLines({ reads, loads }: History): Generator<Line> {
  for (const [index, read] of reads.entries()) {
    const { process, call, key, fresh, start, end, outcome, load, error } = read;
    const what = `${call} ${key}${fresh ? ' fresh' : ''}`;
    const began = load === undefined ? '' : ` (begun at ${loads[load]!.start.ms})`;
    const answer = outcome === 'value' ? `load ${load}${began}` : (error ?? outcome);
    if (end === undefined || end.ms === start.ms) {
      yield { at: start, process, text: `${what} → ${answer}` };
    } else {
      yield { at: start, process, text: `${what} #${index}` };
      yield { at: end, process, text: `  #${index} → ${answer}` };
    }
  }
}

function* loadLines({ loads }: History): Generator<Line> {
  for (const { id, key, process, start, end, result, tags, parts, bySet } of loads) {
    if (bySet) continue;
    const from = parts.length > 0 ? ` from loads ${parts.join(', ')}` : '';
    yield { at: start, process, text: `  load ${id} of ${key} begins` };
    if (end !== undefined) {
      yield {
        at: end,
        process,
        text: `  load ${id} of ${key} ${result}${from} [${tags.join(' ')}]`,
      };
    }
  }
}

function* invalidationLines({ invalidations }: History): Generator<Line> {
  for (const each of invalidations) {
    const { process, call, covers, strict, except, start, end, status, placed } = each;
    const value = except === undefined ? '' : ` to load ${except}`;
    const what = `${call} ${name(covers)}${value}${strict ? ' strict' : ''}`;
    yield { at: start, process, text: `${what} called` };
    if (end !== undefined) yield { at: end, process, text: `${what} ${status}` };
    if (placed !== undefined) yield { at: placed, process, text: `${what} must be placed by now` };
  }
}

function* mutationLines({ mutations }: History): Generator<Line> {
  for (const { process, covers, start, end, outcome, commit } of mutations) {
    const what = `mutate ${name(covers)}`;
    yield { at: start, process, text: `${what} called` };
    if (commit !== undefined) yield { at: commit, process, text: `${what} commits` };
    if (end !== undefined) yield { at: end, process, text: `${what} ${outcome}` };
  }
}

function* storeLines({ fills, erasures, rollbacks }: History): Generator<Line> {
  for (const { at, key, load } of fills)
    yield { at, process: '', text: `store: ${key} = load ${load}` };
  for (const { at, key } of erasures) yield { at, process: '', text: `store: ${key} removed` };
  for (const { at, image } of rollbacks) {
    yield { at, process: '', text: `store: back to how it was at ${image.ms}` };
  }
}

function name({ keys, tags, patterns, everything }: Coverage): string {
  if (everything) return 'everything';
  return [
    ...keys,
    ...tags.map((tag) => `tag ${tag}`),
    ...patterns.map((pattern) => `pattern ${pattern}`),
  ].join(', ');
}

function time({ ms }: Instant): string {
  return Number.isFinite(ms) ? String(ms) : '';
}
