import { invalidArgument } from '../core/errors.ts';
import type { HttpCacheSettings } from '../http/http-options.ts';
import type { HttpCacheOptions } from '../http/http-options.ts';
import { type RoutePlan, routePlan } from '../http/route-plan.ts';
import { describedOperation } from './described-operation.ts';
import type { OpenApiDocument } from './open-api.ts';

/** Options of cached routes by method and path as the document has them: `'GET /products/{id}'`. */
export type CachedRoutes = Readonly<Record<string, HttpCacheOptions>>;

/**
 * The document with what the users of cached routes see: how long responses are kept, the fields `Cache-Control`,
 * `ETag`, `Age`, `Cache-Status` and `Vary`, and the 304. `settings` are those that the routes were made with. Throws
 * INVALID_ARGUMENT for a route that the document does not have, and for a wrong option.
 */
export function describeCaching<Document extends OpenApiDocument>(
  document: Document,
  routes: CachedRoutes,
  settings: HttpCacheSettings = {},
): Document {
  const paths: Record<string, object | undefined> = { ...document.paths };
  for (const [route, options] of Object.entries(routes)) {
    const plan = routePlan(options, settings, `routes['${route}']`);
    const [method = '', path = ''] = route.split(' ');
    const described = withOperation(paths[path], method, plan);
    if (described === undefined) {
      throw invalidArgument(
        'routes',
        "of operations of the document, such as 'GET /a/{id}'",
        route,
      );
    }
    paths[path] = described;
  }
  return { ...document, paths };
}

/** The path with one of its operations described; undefined when it has no such operation. */
function withOperation(
  item: object | undefined,
  method: string,
  plan: RoutePlan,
): object | undefined {
  const name = method.toLowerCase();
  const operation = (item as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof operation !== 'object' || operation === null) return undefined;
  return { ...item, [name]: describedOperation(operation, { ...plan, method }) };
}
