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

/** What was kept before, where it is at hand. */
interface Before {
  readonly previous: KeptResponse | undefined;
}

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
      let failed = false;
      const early = Promise.withResolvers<Keeping>();
      const onHead = (head: HttpResponse): HeadDecision => {
        if (!isFailure(previous, head)) {
          const reason = this.#whyNotStored(exchange, head);
          if (reason !== undefined)
            early.resolve(uncacheable(exchange, { ...head, previous, reason }));
          return this.#decision(why, reason);
        }
        failed = true;
        keptBack ||= !forNobody;
        return { keepBytes: this.#options.rules.maxBodyBytes, keepBack: true };
      };
      const onTooLarge = (): void => {
        if (!failed) early.resolve(uncacheable(exchange, { previous, reason: 'too-large' }));
      };
      const whole = run(exchange, { whole: true, onHead, onTooLarge }, forNobody).then(
        (response) => {
          if (isFailure(previous, response)) throw new HandlerFailed(response);
          return this.#keeping(exchange, { ...response, previous });
        },
      );
      // A response that cannot be shared may go on for long: nobody else waits for its end.
      return Promise.race([early.promise, whole]);
    };
    return Object.defineProperty(load, 'keptBack', { get: () => keptBack }) as HandlerLoad;
  }

  #decision(why: Forwarded, reason: string | undefined): HeadDecision {
    const { name, rules } = this.#options;
    const status: CacheStatus =
      reason === undefined ? { ...why, stored: true } : { ...why, detail: reason };
    return {
      headers: { 'cache-status': cacheStatus(name, status) },
      keepBytes: reason === undefined ? rules.maxBodyBytes : 0,
    };
  }

  #keeping(exchange: Exchange, response: HandlerResponse & Before): Keeping {
    const { rules, clock } = this.#options;
    const { request } = exchange;
    const now = clock.now();
    const reason = whyNotStored(request, response, rules, now);
    const freshness = responseFreshness(response, rules, now);
    if (reason !== undefined || freshness === undefined) {
      return uncacheable(exchange, { ...response, reason: reason ?? 'no-freshness' });
    }
    const { body, complete } = response;
    if (!complete) return uncacheable(exchange, { ...response, reason: 'incomplete' });
    if (body === undefined) return uncacheable(exchange, { ...response, reason: 'too-large' });
    const names = varyNames(response.headers) as readonly string[];
    const kept: KeptResponse = {
      kind: 'response',
      response: storedResponse({ ...response, body }, { ...freshness, arrivedAt: now }),
      ...(names.length === 0
        ? {}
        : { variant: { names, digest: variantOf(request.headers, names) } }),
    };
    const tags = [
      uriTagOf(request.host, request.url),
      ...groupTags(response.headers, request.host),
    ];
    return { kept, ...freshness, tags: [...tags, ...(rules.tags?.(request, response) ?? [])] };
  }

  #whyNotStored({ request }: Exchange, head: HttpResponse): string | undefined {
    const { rules, clock } = this.#options;
    const reason = whyNotStored(request, head, rules, clock.now());
    if (reason !== undefined) return reason;
    return Number(head.headers['content-length'] ?? 0) > rules.maxBodyBytes
      ? 'too-large'
      : undefined;
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

/** The handler failed, and what was there before may stand in. */
function isFailure(previous: KeptResponse | undefined, { status }: HttpResponse): boolean {
  return previous?.kind === 'response' && status >= 500;
}

/** Reasons that lie with one request: those of others may well be answered with what can be stored. */
const ofOneRequest = new Set(['incomplete', 'authorization']);

/**
 * Nobody waits for such a response for a while. Not so after an error where nothing was, or for the reason of one
 * request: else anybody could keep a URI out of the cache, with requests that its handler refuses.
 */
function uncacheable(
  { request }: Exchange,
  {
    status = 200,
    previous,
    reason,
  }: Before & { readonly status?: number; readonly reason: string },
): Keeping {
  const passing = ofOneRequest.has(reason) || (previous?.kind !== 'response' && status >= 400);
  return {
    kept: { kind: 'uncacheable', reason },
    freshMs: uncacheableMs,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    tags: [uriTagOf(request.host, request.url)],
    ...(passing ? { passing } : {}),
  };
}
