import { readConfig } from '../config.ts';
import { startMarketplace, type Marketplace } from '../marketplace.ts';
import { median } from './median.ts';
import type { ServiceCalls, ShopCounts, ShopOpening, ShopQuestion } from './shop-messages.ts';

// The program of a `ShopProcess`: a marketplace that answers questions about itself. It ends when the
// replay hangs up; Ctrl-C reaches it as well, but the replay is the one to decide.

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

let loads = 0;
const opening = open();
process.once('disconnect', () => {
  void opening
    .then((shop) => shop.close())
    .catch(() => {})
    .finally(() => process.exit());
});
opening.then(
  (shop) => {
    process.on(
      'message',
      (question: ShopQuestion) => void answerTo(question, shop).then(tell, fail),
    );
    tell({ url: shop.url, database: shop.database });
  },
  (error: unknown) => fail(error),
);

async function open(): Promise<Marketplace> {
  const shop = await startMarketplace(readConfig(process.env));
  // A page is loaded from the shop itself, and counts when what it is made of is.
  shop.cache?.on('loaded', ({ key }) => void (loads += key.startsWith('http:') ? 0 : 1));
  // Measured is what the cache does, not what it does while it still looks for Redis.
  await shop.cache?.ready();
  return shop;
}

function tell(message: ShopOpening | ShopCounts | ServiceCalls): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  tell({ failure: error instanceof Error ? error.message : String(error) });
}

async function answerTo(
  question: ShopQuestion,
  shop: Marketplace,
): Promise<ShopCounts | ServiceCalls> {
  return question.ask === 'counts' ? countsOf(shop) : serviceCalls(question.productIds, shop);
}

function countsOf(shop: Marketplace): ShopCounts {
  return { statements: shop.statements(), loads };
}

async function serviceCalls(
  productIds: readonly number[],
  shop: Marketplace,
): Promise<ServiceCalls> {
  const before = shop.statements();
  const milliseconds = new Float64Array(productIds.length);
  for (const [index, id] of productIds.entries()) {
    const start = performance.now();
    await shop.catalog.productWithVariants(id);
    milliseconds[index] = performance.now() - start;
  }
  return { medianMs: median(milliseconds), statements: shop.statements() - before };
}
