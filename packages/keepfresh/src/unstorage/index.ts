export {
  type UnstorageDriver,
  unstorageDriver,
  type UnstorageDriverOptions,
  type UnstorageItem,
} from './unstorage-driver.ts';
