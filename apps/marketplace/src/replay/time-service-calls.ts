import { median } from './median.ts';
import type { ServiceCallTimes } from './measurement.ts';
import type { ShopPair } from './shop-pairs.ts';
import type { Trace } from './trace.ts';

/** Enough for medians that repeat within a few percent; one more round warms up and is not counted. */
const rounds = 20;
const calls = 100;

/**
 * Times the same calls of the catalog in both shops, in turn, so that whatever else the machine does meets
 * both alike. Rejects if the cached shop asks its database: then the calls were no hits.
 */
export async function timeServiceCalls(
  trace: Trace,
  { uncached, cached }: ShopPair,
  signal: AbortSignal,
): Promise<ServiceCallTimes> {
  const productIds = latestProducts(trace);
  const medians: { uncached: number[]; cached: number[] } = { uncached: [], cached: [] };
  for (let round = 0; round <= rounds; round++) {
    const off = await uncached.serviceCalls(productIds, signal);
    const on = await cached.serviceCalls(productIds, signal);
    if (round === 0) continue;
    if (on.statements > 0) throw new Error('Calls that were to be hits asked the database.');
    medians.uncached.push(off.medianMs);
    medians.cached.push(on.medianMs);
  }
  const [uncachedMs, cachedMs] = [median(medians.uncached), median(medians.cached)];
  return { uncachedMs, cachedMs, rounds, calls: productIds.length };
}

/** Different products, those asked for last: whatever the cache had to give up, it was not these. */
function latestProducts({ productIds }: Trace): number[] {
  return [...new Set(productIds.toReversed())].slice(0, calls);
}
