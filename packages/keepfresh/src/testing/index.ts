export {
  createTestCache,
  createTestCaches,
  type TestCache,
  type TestCacheOptions,
  type TestCaches,
} from './create-test-cache.ts';
export { FakeClock, type FakeClockOptions } from './fake-clock.ts';
export { logKit } from './log-kit.ts';
export type { LogKitCase, LogKitLimits } from './log-kit.ts';
export type { ConnectLog, LogFaults, LogKitOptions, LogUnderTest } from './log-under-test.ts';
export { recordEvents, type RecordedEvent } from './record-events.ts';
export { SeededRandom } from './seeded-random.ts';
export { storeKit } from './store-kit.ts';
export type { StoreKitCase, StoreKitLimits } from './store-kit.ts';
export type { ConnectStore, StoreUnderTest } from './store-under-test.ts';
