export { cacheToken, httpCacheToken, InjectCache } from './cache-token.ts';
export { describeHttpCaching } from './describe-http-caching.ts';
export { HttpCache } from './http-cache.ts';
export type { HttpCacheRouteOptions } from './http-route-options.ts';
export { HttpCacheInterceptor } from './http-cache-interceptor.ts';
export { type HealthResult, KeepfreshHealthIndicator } from './keepfresh-health-indicator.ts';
export {
  type KeepfreshAsyncOptions,
  KeepfreshModule,
  type KeepfreshModuleSettings,
  type KeepfreshOptions,
} from './keepfresh-module.ts';
