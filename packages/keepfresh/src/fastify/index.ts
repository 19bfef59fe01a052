export { describeHttpCaching } from './describe-http-caching.ts';
export { type FastifyCachingOptions, type FastifyLike, httpCaching } from './http-caching.ts';
