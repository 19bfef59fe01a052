export { type CachedRoutes, describeCaching } from './describe-caching.ts';
export { describedOperation } from './described-operation.ts';
export type {
  OpenApiDocument,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiResponse,
} from './open-api.ts';
