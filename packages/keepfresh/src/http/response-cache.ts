import type { Cache } from '../core/cache.ts';
import type { LoadContext } from '../core/engine/loads/loader.ts';
import { CacheError } from '../core/errors.ts';
import type { HandlerResponse } from './exchange.ts';
import { isKeptResponse, type KeptResponse } from './kept-response.ts';

/** How the handler's response is to be kept; times in milliseconds. */
export interface Keeping {
  readonly kept: KeptResponse;
  readonly freshMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly tags: readonly string[];
  /** Given to those who waited, and not kept. */
  readonly passing?: boolean;
}

/** The handler failed, and its response was kept from the client. */
export class HandlerFailed extends Error {
  readonly response: HandlerResponse;

  constructor(response: HandlerResponse) {
    super(`the handler answered ${response.status}`);
    this.name = 'HandlerFailed';
    this.response = response;
  }
}

/** What is kept under a key. */
export interface FoundResponse {
  readonly kept?: KeptResponse;
  readonly stale?: boolean;
  /** Why the cache could not say what is kept: a word, or the code of an error. */
  readonly trouble?: string;
}

/** Responses in a cache: read, loaded by one request for all that wait, invalidated by tag. */
export class ResponseCache {
  readonly #cache: Cache<string>;

  constructor(cache: Cache<string>) {
    this.#cache = cache;
  }

  /** What is kept, at once, if this process has it fresh. */
  peek(key: string): KeptResponse | undefined {
    const held = this.#cache.peek(key);
    return isKeptResponse(held) ? held : undefined;
  }

  /** What is kept and whether it is stale, or that there is nothing to use. Never rejects. */
  async find(key: string): Promise<FoundResponse> {
    try {
      const found = await this.#cache.lookup(key);
      if (found.hit && isKeptResponse(found.value)) {
        return { kept: found.value, stale: found.state === 'stale' };
      }
      return found.hit ? {} : troubleIn(found.reason);
    } catch (error) {
      return { trouble: error instanceof CacheError ? error.code : 'error' };
    }
  }

  /**
   * What is kept, or what `load` brings for all that wait; a value that is no response cannot be shared. Rejects as
   * `load` does, and as the cache does.
   */
  async load(
    key: string,
    load: (previous: KeptResponse | undefined) => Promise<Keeping>,
  ): Promise<KeptResponse> {
    const loader = async (context: LoadContext): Promise<KeptResponse> => {
      const keeping = await load(isKeptResponse(context.stale) ? context.stale : undefined);
      if (keeping.passing === true) context.skip();
      else keep(context, keeping);
      return keeping.kept;
    };
    const kept: unknown = await this.#cache.getOrSet(key, loader);
    return isKeptResponse(kept) ? kept : { kind: 'uncacheable', reason: 'foreign' };
  }

  /** Never rejects: what could not be placed is tried again, and told by the cache's events. */
  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    await this.#cache.invalidateTags(tags, { queue: true }).catch(() => {});
  }
}

/** Without the remote, or without knowing what was invalidated, the handler answers what is not in memory. */
function troubleIn(reason: string): FoundResponse {
  return reason === 'remote-failed' || reason === 'untrusted' ? { trouble: reason } : {};
}

function keep(context: LoadContext, keeping: Keeping): void {
  context.setTtl(Math.max(1, Math.floor(keeping.freshMs)));
  context.setStale({
    whileRevalidate: keeping.staleWhileRevalidateMs,
    ifError: keeping.staleIfErrorMs,
  });
  context.addTags(...keeping.tags);
}
