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
      let failed = false;
      const early = Promise.withResolvers<Keeping>();
      const giveUp = (reason: string): void => early.resolve(uncacheable(exchange, reason));
      const onHead = (head: HttpResponse): HeadDecision => {
        if (!isFailure(previous, head)) return this.#decide(exchange, head, { why, giveUp });
        failed = true;
        keptBack ||= !forNobody;
        return { keepBytes: this.#options.rules.maxBodyBytes, keepBack: true };
      };
      const onTooLarge = (): void => {
        if (!failed) giveUp('too-large');
      };
      const whole = run(exchange, { whole: true, onHead, onTooLarge }, forNobody).then(
        (response) => {
          if (isFailure(previous, response)) throw new HandlerFailed(response);
          return this.#keeping(exchange, response);
        },
      );
      // A response that cannot be shared may go on for long: nobody else waits for its end.
      return Promise.race([early.promise, whole]);
    };
    return Object.defineProperty(load, 'keptBack', { get: () => keptBack }) as HandlerLoad;
  }

  #decide(
    exchange: Exchange,
    head: HttpResponse,
    { why, giveUp }: { readonly why: Forwarded; readonly giveUp: (reason: string) => void },
  ): HeadDecision {
    const { name, rules } = this.#options;
    const reason = this.#whyNotStored(exchange, head);
    if (reason !== undefined) giveUp(reason);
    const status: CacheStatus =
      reason === undefined ? { ...why, stored: true } : { ...why, detail: reason };
    return {
      headers: { 'cache-status': cacheStatus(name, status) },
      keepBytes: reason === undefined ? rules.maxBodyBytes : 0,
    };
  }

  #keeping(exchange: Exchange, response: HandlerResponse): Keeping {
    const { rules, clock } = this.#options;
    const { request } = exchange;
    const now = clock.now();
    const reason = whyNotStored(request, response, rules, now);
    const freshness = responseFreshness(response, rules, now);
    if (reason !== undefined || freshness === undefined) {
      return uncacheable(exchange, reason ?? 'no-freshness');
    }
    const { body, complete } = response;
    if (!complete) return { ...uncacheable(exchange, 'incomplete'), tags: [], passing: true };
    if (body === undefined) return uncacheable(exchange, 'too-large');
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

function uncacheable({ request }: Exchange, reason: string): Keeping {
  return {
    kept: { kind: 'uncacheable', reason },
    freshMs: uncacheableMs,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    tags: [uriTagOf(request.host, request.url)],
  };
}
