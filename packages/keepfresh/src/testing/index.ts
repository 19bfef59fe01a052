export { storeKit } from './store-kit.ts';
export type { StoreKitCase, StoreKitLimits } from './store-kit.ts';
export type { ConnectStore, StoreUnderTest } from './store-under-test.ts';
