export {
  type ExpressCachingSettings,
  type ExpressHandler,
  type ExpressRequest,
  httpCaching,
} from './http-caching.ts';
