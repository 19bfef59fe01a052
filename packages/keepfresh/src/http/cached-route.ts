import { CacheError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import { invalidatedGroupTags } from './cache-groups.ts';
import { type CacheStatus, cacheStatus } from './cache-status.ts';
import { changedUriTags } from './changed-uris.ts';
import type { Exchange, HandlerResponse } from './exchange.ts';
import { type Forwarded, HandlerLoads } from './handler-load.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { HttpRules } from './http-rules.ts';
import { isSafe, whyBypassed } from './request-bypass.ts';
import { requestKey } from './request-key.ts';
import type { KeptResponse } from './kept-response.ts';
import { HandlerFailed, type ResponseCache } from './response-cache.ts';
import { servedResponse } from './served-response.ts';
import type { StoredResponse } from './stored-response.ts';
import { variantOf } from './vary.ts';
import type { VariantCount } from './variant-count.ts';

export interface CachedRouteOptions {
  /** In `Cache-Status`, as `statusName` gives it. */
  readonly name: string;
  readonly responses: ResponseCache;
  readonly rules: HttpRules;
  readonly variants: VariantCount;
  readonly clock: Clock;
  readonly host: string | undefined;
}

/** Where a request's response is or will be kept. */
interface Place {
  readonly key: string;
  readonly isVariant: boolean;
}

/** What came of looking: answered by the handler, or something kept. */
type Found = 'answered' | { readonly kept: KeptResponse; readonly status: CacheStatus };

/** A stale response in place of the handler's failure. */
const staleInstead: CacheStatus = { fwd: 'stale', detail: 'stale-if-error' };

/** Most times a request waits for another one's response that then could not be had. */
const mostWaits = 3;

/** Answers the requests of a route from the cache, or has the handler answer and keeps what it may. */
export class CachedRoute {
  readonly #options: CachedRouteOptions;
  readonly #loads: HandlerLoads;

  constructor(options: CachedRouteOptions) {
    this.#options = options;
    this.#loads = new HandlerLoads(options);
  }

  /** The site's name for itself, for `Exchange.request`; without it the `Host` field counts. */
  get host(): string | undefined {
    return this.#options.host;
  }

  /** Answers one request. Never rejects: without the cache the handler answers. */
  async handle(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    if (!isSafe(request.method)) return this.#change(exchange);
    const bypass = whyBypassed(request, this.#options.rules);
    if (bypass === 'method') return this.#forward(exchange, { fwd: 'method' });
    if (bypass !== undefined) return this.#forward(exchange, { fwd: 'bypass', detail: bypass });
    let key: string;
    try {
      key = requestKey(request, this.#options.rules);
    } catch {
      return this.#forward(exchange, { fwd: 'bypass', detail: 'key' });
    }
    await this.#answer(exchange, { key, isVariant: false });
  }

  async #answer(exchange: Exchange, place: Place, waits = 0): Promise<void> {
    const held = this.#options.responses.peek(place.key);
    // Nothing is waited for where nothing has to be: most requests are answered at once.
    const found =
      held === undefined
        ? await this.#find(exchange, place)
        : { kept: held, status: { hit: true } };
    if (found === 'answered') return;
    const { kept, status } = found;
    if (kept.kind === 'uncacheable') {
      const mayDiffer = kept.reason === 'incomplete' || kept.reason === 'authorization';
      if (mayDiffer && waits < mostWaits) {
        return this.#answer(exchange, place, waits + 1);
      }
      return this.#forward(exchange, { fwd: 'miss', detail: kept.reason });
    }
    if (isMeantFor(exchange.request, kept)) return this.#serve(exchange, kept.response, status);
    if (place.isVariant) return this.#forward(exchange, { fwd: 'vary-miss' });
    const variant = variantOf(exchange.request.headers, kept.variant!.names);
    if (!this.#options.variants.admits(place.key, variant)) {
      return this.#forward(exchange, { fwd: 'vary-miss', detail: 'variants' });
    }
    await this.#answer(exchange, { key: `${place.key} v:${variant}`, isVariant: true });
  }

  async #find(exchange: Exchange, place: Place): Promise<Found> {
    const { responses } = this.#options;
    const { kept, stale, trouble } = await responses.find(place.key);
    if (kept !== undefined && (stale !== true || exchange.replay !== undefined)) {
      if (stale === true) this.#refresh(exchange, place);
      return { kept, status: { hit: true } };
    }
    const why: Forwarded = {
      fwd: kept === undefined ? missOf(place) : 'stale',
      ...(trouble === undefined ? {} : { detail: trouble }),
    };
    if (exchange.request.method !== 'HEAD') return this.#load(exchange, place, why);
    await this.#forward(exchange, why);
    return 'answered';
  }

  async #load(exchange: Exchange, place: Place, why: Forwarded): Promise<Found> {
    let began = false;
    let handled: Promise<unknown> | undefined;
    const load = this.#loads.of(exchange, why);
    try {
      const kept = await this.#options.responses.load(place.key, (previous) => {
        // A second run of one request's handler cannot answer its client.
        const again = began;
        began = true;
        const run = load(previous, again);
        handled ??= run.catch(() => {});
        return run;
      });
      if (began && !load.keptBack) return 'answered';
      return { kept, status: began ? staleInstead : { hit: true, collapsed: true } };
    } catch (error) {
      if (began) await handled;
      if (began && error instanceof HandlerFailed && load.keptBack)
        this.#pass(exchange, error.response);
      else if (!began) await this.#forward(exchange, { ...why, detail: detailOf(error) });
      return 'answered';
    }
  }

  /** One refresh for all processes; whoever asked has been answered. */
  #refresh(exchange: Exchange, place: Place): void {
    const load = this.#loads.of(exchange, { fwd: 'stale' });
    this.#options.responses
      .load(place.key, (previous) => load(previous, true))
      // A refresh that failed is tried again by the next request; the cache's events tell of it.
      .catch(() => {});
  }

  #serve(exchange: Exchange, stored: StoredResponse, status: CacheStatus): void {
    const { name, clock } = this.#options;
    exchange.answer(servedResponse(exchange.request, stored, { name, now: clock.now(), status }));
  }

  /** The handler's own error, which was kept back in vain. */
  #pass(exchange: Exchange, { status, headers, body }: HandlerResponse): void {
    const told = { 'cache-status': cacheStatus(this.#options.name, { fwd: 'stale' }) };
    exchange.answer({ status, headers: { ...headers, ...told }, body: body ?? new Uint8Array() });
  }

  async #forward(exchange: Exchange, status: CacheStatus): Promise<void> {
    const told = { 'cache-status': cacheStatus(this.#options.name, status) };
    await exchange.forward({ onHead: () => ({ headers: told, keepBytes: 0 }) });
  }

  /** An unsafe request: its response waits until what it changed is invalid everywhere. */
  async #change(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const told = { 'cache-status': cacheStatus(this.#options.name, { fwd: 'method' }) };
    await exchange.forward({
      onHead: () => ({ headers: told, keepBytes: 0 }),
      beforeEnd: (head) => this.#options.responses.invalidate(changedTags(request, head)),
    });
  }
}

function changedTags(request: HttpRequest, head: HttpResponse): readonly string[] {
  const uris = changedUriTags(request, head);
  return uris.length === 0 ? [] : [...uris, ...invalidatedGroupTags(head.headers, request.host)];
}

function isMeantFor(
  { headers }: HttpRequest,
  { variant }: KeptResponse & { kind: 'response' },
): boolean {
  return variant === undefined || variantOf(headers, variant.names) === variant.digest;
}

function missOf({ isVariant }: Place): 'vary-miss' | 'uri-miss' {
  return isVariant ? 'vary-miss' : 'uri-miss';
}

function detailOf(error: unknown): string {
  return error instanceof CacheError ? error.code : 'error';
}
