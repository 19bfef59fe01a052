import type { RoutePlan } from '../http/route-plan.ts';
import { describedOperation } from '../openapi/described-operation.ts';
import type { OpenApiDocument } from '../openapi/open-api.ts';
import { rememberedRoutes } from './cached-routes.ts';
import type { FastifyLike } from './http-caching.ts';

/**
 * The OpenAPI document of a Fastify server with what the users of its cached routes see: how long responses are kept,
 * their fields, and the 304: `describeHttpCaching(server, server.swagger())`. It finds the routes itself, in the
 * instance and in all below it, once they are registered; those that the document does not have are left out. An
 * operation is of a route when they have the same path, whatever the parameters are called.
 */
export function describeHttpCaching<Document extends OpenApiDocument>(
  fastify: Pick<FastifyLike, 'server'>,
  document: Document,
): Document {
  const plans = plansOf(fastify.server);
  const ofItem = (path: string, item: object): object =>
    Object.fromEntries(
      Object.entries(item).map(([method, operation]: [string, unknown]) => {
        const plan = plans.get(operationName(method, path));
        if (plan === undefined || typeof operation !== 'object' || operation === null) {
          return [method, operation];
        }
        return [method, describedOperation(operation, { ...plan, method })];
      }),
    ) as object;
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [
    path,
    item === undefined ? item : ofItem(path, item),
  ]);
  return { ...document, paths: Object.fromEntries(paths) as object };
}

/** What is to be said of operations, by method and path. */
function plansOf(server: object): ReadonlyMap<string, RoutePlan> {
  return new Map(
    rememberedRoutes(server).flatMap(({ method, url, plan }) =>
      [method].flat().map((each) => [operationName(each, pathOf(url)), plan] as const),
    ),
  );
}

/** The path as a document has it: `/products/:id(^\\d+)` is `/products/{id}`, and a wildcard a parameter, too. */
function pathOf(url: string): string {
  return url
    .replaceAll('::', '\0')
    .replace(/:\w+(?:\([^)]*\))?\??|\*/g, '{}')
    .replaceAll('\0', ':');
}

/** Two paths that differ in the names of their parameters only are one (OpenAPI 3.1, 4.8.8). */
function operationName(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '{}')}`;
}
