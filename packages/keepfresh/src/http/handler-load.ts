import type { Clock } from '../core/ports/clock.ts';
import { groupTags } from './cache-groups.ts';
import { type CacheStatus, cacheStatus } from './cache-status.ts';
import type { Exchange, ForwardOptions, HandlerResponse, HeadDecision } from './exchange.ts';
import type { HttpResponse } from './http-message.ts';
import type { HttpRules } from './http-rules.ts';
import type { KeptResponse } from './kept-response.ts';
import { uriTagOf } from './request-key.ts';
import { HandlerFailed, type Keeping } from './response-cache.ts';
import { responseFreshness } from './response-freshness.ts';
import { whyNotStored } from './storability.ts';
import { storedResponse } from './stored-response.ts';
import { variantOf, varyNames } from './vary.ts';

export interface HandlerLoadsOptions {
  /** In `Cache-Status`, as `statusName` gives it. */
  readonly name: string;
  readonly rules: HttpRules;
  readonly clock: Clock;
}

/** Runs the handler, once for the client and again for nobody, and says how to keep what it answers. */
export interface HandlerLoad {
  (previous: KeptResponse | undefined, forNobody: boolean): Promise<Keeping>;
  /** Whether the client got nothing of the response, and waits. */
  readonly keptBack: boolean;
}

/** Why a request went to the handler; `detail` tells of trouble of the cache's own. */
export type Forwarded = CacheStatus & Required<Pick<CacheStatus, 'fwd'>>;

/** For how long requests of one key do not wait for each other, after a response that cannot be shared. */
const uncacheableMs = 10_000;

/** Makes the loads of one route. */
export class HandlerLoads {
  readonly #options: HandlerLoadsOptions;

  constructor(options: HandlerLoadsOptions) {
    this.#options = options;
  }

  of(exchange: Exchange, why: Forwarded): HandlerLoad {
    let keptBack = false;
    const load = async (
      previous: KeptResponse | undefined,
      forNobody: boolean,
    ): Promise<Keeping> => {
      const onHead = (head: HttpResponse): HeadDecision => {
        const failed = previous?.kind === 'response' && head.status >= 500;
        if (failed && !forNobody) keptBack = true;
        return failed
          ? { keepBytes: this.#options.rules.maxBodyBytes, keepBack: true }
          : this.#decide(exchange, head, why);
      };
      const response = await run(exchange, { onHead }, forNobody);
      if (previous?.kind === 'response' && response.status >= 500)
        throw new HandlerFailed(response);
      return this.#keeping(exchange, response);
    };
    return Object.defineProperty(load, 'keptBack', { get: () => keptBack }) as HandlerLoad;
  }

  #decide(exchange: Exchange, head: HttpResponse, why: Forwarded): HeadDecision {
    const { name, rules } = this.#options;
    const reason = this.#whyNotStored(exchange, head);
    const status: CacheStatus =
      reason === undefined ? { ...why, stored: true } : { ...why, detail: reason };
    return {
      headers: { 'cache-status': cacheStatus(name, status) },
      keepBytes: reason === undefined ? rules.maxBodyBytes : 0,
    };
  }

  #keeping({ request }: Exchange, response: HandlerResponse): Keeping {
    const { rules, clock } = this.#options;
    const uriTag = uriTagOf(request.host, request.url);
    const now = clock.now();
    const reason = whyNotStored(request, response, rules, now);
    const freshness = responseFreshness(response, rules, now);
    if (reason !== undefined || freshness === undefined) {
      return { ...uncacheable(reason ?? 'no-freshness'), tags: [uriTag] };
    }
    const { body, complete } = response;
    if (!complete) return { ...uncacheable('incomplete'), tags: [], passing: true };
    if (body === undefined) return { ...uncacheable('too-large'), tags: [uriTag] };
    const names = varyNames(response.headers) as readonly string[];
    const kept: KeptResponse = {
      kind: 'response',
      response: storedResponse({ ...response, body }, { ...freshness, arrivedAt: now }),
      ...(names.length === 0
        ? {}
        : { variant: { names, digest: variantOf(request.headers, names) } }),
    };
    const tags = [uriTag, ...groupTags(response.headers, request.host)];
    return { kept, ...freshness, tags: [...tags, ...(rules.tags?.(request, response) ?? [])] };
  }

  #whyNotStored({ request }: Exchange, head: HttpResponse): string | undefined {
    return whyNotStored(request, head, this.#options.rules, this.#options.clock.now());
  }
}

function run(
  exchange: Exchange,
  options: ForwardOptions,
  forNobody: boolean,
): Promise<HandlerResponse> {
  if (!forNobody) return exchange.forward(options);
  if (exchange.replay !== undefined) return exchange.replay(options);
  return Promise.reject(new Error('the handler cannot be run for nobody'));
}

function uncacheable(reason: string): Omit<Keeping, 'tags'> {
  return {
    kept: { kind: 'uncacheable', reason },
    freshMs: uncacheableMs,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
  };
}
