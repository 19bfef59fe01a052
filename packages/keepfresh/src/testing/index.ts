export { logKit } from './log-kit.ts';
export type { LogKitCase, LogKitLimits } from './log-kit.ts';
export type { ConnectLog, LogFaults, LogKitOptions, LogUnderTest } from './log-under-test.ts';
export { storeKit } from './store-kit.ts';
export type { StoreKitCase, StoreKitLimits } from './store-kit.ts';
export type { ConnectStore, StoreUnderTest } from './store-under-test.ts';
