export { type ExpressHandler, type ExpressRequest, httpCaching } from './http-caching.ts';
