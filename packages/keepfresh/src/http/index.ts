export { type CacheControl, parseCacheControl } from './cache-control.ts';
export { cachedListener, type Listener } from './cached-listener.ts';
export { CachedRoute } from './cached-route.ts';
export type { CacheStatus, Forward } from './cache-status.ts';
export { isNotModified, strongEtag } from './conditional-request.ts';
export type {
  AnswerResponse,
  Exchange,
  ForwardOptions,
  HandlerResponse,
  HeadDecision,
} from './exchange.ts';
export { HttpCache } from './http-cache.ts';
export type { HttpHeaders, HttpRequest, HttpResponse } from './http-message.ts';
export type { HttpCacheOptions, HttpCacheSettings } from './http-options.ts';
export type { AuthorizationRule, CookieRule, HttpRules, QueryRule } from './http-rules.ts';
export { NodeExchange, type NodeExchangeOptions } from './node-exchange.ts';
export { isReplay, replay } from './replay.ts';
export { responseFreshness, type ResponseFreshness } from './response-freshness.ts';
export type { RoutePlan } from './route-plan.ts';
export { type NotStoredReason, whyNotStored } from './storability.ts';
