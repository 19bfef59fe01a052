import { parseArgs } from 'node:util';
import { traceNames, type TraceName } from './trace.ts';

/** What to replay and how. */
export interface ReplayOptions {
  /** The traces, in the order in which they are replayed. */
  readonly traces: readonly TraceName[];
  /** Replay only that many requests of each trace. Default: all. */
  readonly requests: number;
  /** Requests under way at a time. Default: 16. */
  readonly concurrency: number;
  /** A file that gets the tables as Markdown. */
  readonly markdown: string | undefined;
  /** Explain the options and do nothing. */
  readonly help: boolean;
}

/** A wrong option on the command line. The message names the option, what it was and what is allowed. */
export class WrongOption extends Error {
  override name = 'WrongOption';
}

/** What `--help` prints. */
export const usage = `npm run replay -- [options]

  --trace ${traceNames.join('|')}|both  which recording of a shop's product-page requests to replay (default: both)
  --requests N              replay only the first N requests of each (default: all)
  --concurrency N           requests under way at a time, 1 to 256 (default: 16)
  --markdown FILE           also write the tables to FILE as Markdown
  --help                    print this

DATABASE_URL and REDIS_URL are used when they are set; without them the database is embedded in
a temporary folder and the cache is in the process's memory.
`;

/** Reads the command line's arguments. Throws `WrongOption`. */
export function readOptions(args: readonly string[]): ReplayOptions {
  const values = parse(args);
  return {
    traces: tracesOf(values.trace),
    requests: wholeNumber('requests', values.requests, 1_000_000) ?? Infinity,
    concurrency: wholeNumber('concurrency', values.concurrency, 256) ?? 16,
    markdown: values.markdown,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      trace: { type: 'string' },
      requests: { type: 'string' },
      concurrency: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's messages go on with advice about positional arguments; the first sentence says it all.
    const [sentence] = (error as Error).message.split('. ');
    throw new WrongOption(
      `${sentence}; allowed are --trace, --requests, --concurrency, --markdown and --help.`,
    );
  }
}

function tracesOf(value = 'both'): readonly TraceName[] {
  if (value === 'both') return traceNames;
  const name = traceNames.find((known) => known === value);
  if (name) return [name];
  throw new WrongOption(
    `--trace is ${JSON.stringify(value)}, but must be ${traceNames.join(', ')} or both.`,
  );
}

function wholeNumber(option: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
  const allowed = `a whole number from 1 to ${most.toLocaleString('en')}`;
  throw new WrongOption(`--${option} is ${JSON.stringify(value)}, but must be ${allowed}.`);
}
