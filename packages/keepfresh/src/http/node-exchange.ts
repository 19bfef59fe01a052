import type { IncomingMessage, ServerResponse } from 'node:http';
import { CapturedResponse, headersOf } from './captured-response.ts';
import type { AnswerResponse, Exchange, ForwardOptions, HandlerResponse } from './exchange.ts';
import type { HttpHeaders, HttpRequest } from './http-message.ts';

export interface NodeExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The site's name for itself; without it the `Host` field. */
  readonly host: string | undefined;
  /** Path and query as received, where the framework has changed `request.url`. */
  readonly url: string;
  /** What the framework's router found in the path; a wildcard may be in pieces. */
  readonly params?: unknown;
  /** Goes on to the handler. */
  readonly next: () => void;
  readonly replay: Exchange['replay'] | undefined;
  /** What earlier layers have set for this exchange, where the framework keeps it elsewhere than in `response`. */
  readonly headersBefore?: HttpHeaders;
  /** Called before the exchange is answered here, so that the framework does not. */
  readonly onAnswer?: () => void;
}

/** A request to a Node server, whatever framework runs on it. */
export class NodeExchange implements Exchange {
  readonly request: HttpRequest;
  readonly replay?: NonNullable<Exchange['replay']>;
  readonly #response: ServerResponse;
  readonly #next: () => void;
  readonly #onAnswer: (() => void) | undefined;
  /** What earlier layers set for this very exchange. */
  readonly #headersBefore: HttpHeaders;

  constructor(options: NodeExchangeOptions) {
    const { request, response, host, url, next, replay, onAnswer } = options;
    const { method = 'GET', headers } = request;
    const params = paramsOf(options.params);
    this.request = { method, url, host: host ?? headers.host ?? '', headers, params };
    if (replay !== undefined) this.replay = replay;
    this.#response = response;
    this.#next = next;
    this.#onAnswer = onAnswer;
    this.#headersBefore = { ...headersOf(response), ...options.headersBefore };
  }

  forward(options: ForwardOptions): Promise<HandlerResponse> {
    const captured = new CapturedResponse(this.#response, options, false);
    this.#next();
    return captured.ended;
  }

  answer({ status, headers, body }: AnswerResponse): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    this.#onAnswer?.();
    // A handler whose response was kept back has left its fields.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    for (const [name, value] of Object.entries(merged(headers, this.#headersBefore))) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.statusCode = status;
    response.end(body);
  }
}

function paramsOf(params: unknown): HttpRequest['params'] {
  const entries = Object.entries((params ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : String(value)]),
  );
}

/** What is said of this exchange counts before what was said of the one whose response is kept. */
function merged(kept: HttpHeaders, before: HttpHeaders): HttpHeaders {
  const vary = [kept['vary'] ?? [], before['vary'] ?? []].flat();
  const ofBody = Object.entries(kept).filter(([name]) => describesBody(name));
  return {
    ...kept,
    ...before,
    ...Object.fromEntries(ofBody),
    ...(vary.length === 0 ? {} : { vary: [...new Set(vary)].join(', ') }),
  };
}

function describesBody(name: string): boolean {
  return name.startsWith('content-') || name === 'etag' || name === 'last-modified';
}
