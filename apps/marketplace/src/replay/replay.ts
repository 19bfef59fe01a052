import { describeSetting } from './describe-setting.ts';
import type { Run } from './measurement.ts';
import type { ReplayOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { report } from './report.ts';
import { sendRequests } from './send-requests.ts';
import { ShopPairs, type ShopPair } from './shop-pairs.ts';
import type { ShopProcess } from './shop-process.ts';
import type { Table } from './table.ts';
import { timeServiceCalls } from './time-service-calls.ts';
import { readTrace, type Trace } from './trace.ts';

/** Where progress is shown: not among the results. */
const screen = process.stderr;

/**
 * Replays traces against shops of its own, with caching off and on, and gives the table of each as soon as
 * it is complete. What it made is gone when it ends; the signal ends it early.
 */
export async function* replay(options: ReplayOptions, signal: AbortSignal): AsyncGenerator<Table> {
  screen.write('Preparing the shops …\n');
  const pairs = await ShopPairs.prepare(signal);
  try {
    for (const name of options.traces) {
      const trace = await readTrace(name, options.requests);
      const { concurrency } = options;
      yield await pairs.withPair(signal, async (pair) => {
        const setting = { database: pair.cached.opened.database, cache: pairs.cache };
        const measurement = await measure({ trace, concurrency, pair, signal });
        return report(measurement, describeSetting(setting));
      });
    }
  } finally {
    pairs.remove();
  }
}

interface Measuring {
  readonly trace: Trace;
  readonly concurrency: number;
  readonly pair: ShopPair;
  readonly signal: AbortSignal;
}

async function measure(measuring: Measuring) {
  const { trace, concurrency, pair, signal } = measuring;
  return {
    trace,
    concurrency,
    uncached: await run(measuring, pair.uncached, 'cache off'),
    cached: await run(measuring, pair.cached, 'cache on'),
    serviceCalls: await timeServiceCalls(trace, pair, signal),
  };
}

/** Replays the whole trace against one shop that has just been opened. */
async function run(measuring: Measuring, shop: ShopProcess, label: string): Promise<Run> {
  const { trace, concurrency, signal } = measuring;
  const { productIds } = trace;
  const before = await shop.counts(signal);
  const progress = showProgress(`${trace.name}, ${label}`, productIds.length, screen);
  try {
    const onAnswer = (answers: number): void => progress.update(answers);
    const { url } = shop.opened;
    const answers = await sendRequests({ url, productIds, concurrency, signal, onAnswer });
    const { loads, statements } = await shop.counts(signal);
    return { answers, loads, statements: statements - before.statements };
  } finally {
    progress.stop();
  }
}
