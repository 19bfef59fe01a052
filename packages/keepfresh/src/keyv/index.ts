export { KeyvStore, type KeyvStoreOptions } from './keyv-store.ts';
