export { type FastifyCachingOptions, type FastifyLike, httpCaching } from './http-caching.ts';
