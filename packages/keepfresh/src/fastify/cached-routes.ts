import type { RoutePlan } from '../http/route-plan.ts';

/** A route of a Fastify instance whose responses are cached. */
export interface CachedFastifyRoute {
  readonly method: string | readonly string[];
  /** As Fastify has it, with the prefixes of its plugins: `/v1/products/:id`. */
  readonly url: string;
  readonly plan: RoutePlan;
}

/** By the server, which an instance shares with all instances below it. */
const routes = new WeakMap<object, CachedFastifyRoute[]>();

/** Remembers a route for the documentation of its server. */
export function rememberRoute(server: object, route: CachedFastifyRoute): void {
  const known = routes.get(server) ?? [];
  known.push(route);
  routes.set(server, known);
}

/** The routes of a server that were remembered. */
export function rememberedRoutes(server: object): readonly CachedFastifyRoute[] {
  return routes.get(server) ?? [];
}
