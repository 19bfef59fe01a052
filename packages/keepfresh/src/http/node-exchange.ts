import type { IncomingMessage, ServerResponse } from 'node:http';
import { CapturedResponse, headersOf } from './captured-response.ts';
import { unconditional } from './conditional-request.ts';
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
  readonly headersBefore?: () => HttpHeaders;
  /** Called before the exchange is answered here, so that the framework does not. */
  readonly onAnswer?: () => void;
}

/** A request to a Node server, whatever framework runs on it. */
export class NodeExchange implements Exchange {
  readonly request: HttpRequest;
  readonly replay?: NonNullable<Exchange['replay']>;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #next: () => void;
  readonly #onAnswer: (() => void) | undefined;
  readonly #headersElsewhere: (() => HttpHeaders) | undefined;
  /** What earlier layers set for this very exchange; known once it is forwarded or answered. */
  #headersBefore: HttpHeaders | undefined;

  constructor(options: NodeExchangeOptions) {
    const { response, next, replay, onAnswer } = options;
    this.request = new NodeRequest(options);
    if (replay !== undefined) this.replay = replay;
    this.#message = options.request;
    this.#response = response;
    this.#next = next;
    this.#onAnswer = onAnswer;
    this.#headersElsewhere = options.headersBefore;
  }

  forward(options: ForwardOptions): Promise<HandlerResponse> {
    this.#noteHeadersBefore();
    if (options.whole === true) askForWhole(this.#message);
    const captured = new CapturedResponse(this.#response, options, false);
    this.#next();
    return captured.ended;
  }

  answer({ status, headers, body }: AnswerResponse): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    this.#onAnswer?.();
    const before = this.#noteHeadersBefore();
    // A handler whose response was kept back has left its fields.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    const all = isEmpty(before) ? headers : merged(headers, before);
    for (const name in all) {
      if (all[name] !== undefined) response.setHeader(name, all[name]);
    }
    response.statusCode = status;
    response.end(body);
  }

  #noteHeadersBefore(): HttpHeaders {
    if (this.#headersBefore !== undefined) return this.#headersBefore;
    const [here, elsewhere] = [headersOf(this.#response), this.#headersElsewhere?.()];
    return (this.#headersBefore = elsewhere === undefined ? here : { ...here, ...elsewhere });
  }
}

/** The handler reads the fields of the message; `request` keeps those that the client sent. */
function askForWhole(message: IncomingMessage): void {
  const { headers } = message;
  if (!('if-none-match' in headers || 'if-modified-since' in headers)) return;
  // Not assigned: a request of HTTP/2 has a getter only.
  Object.defineProperty(message, 'headers', { value: unconditional(headers), configurable: true });
}

function isEmpty(headers: HttpHeaders): boolean {
  for (const _ in headers) return false;
  return true;
}

/** What caching looks at; most requests are answered without a look at their parameters. */
class NodeRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly headers: HttpHeaders;
  readonly #params: unknown;

  constructor({ request, host, url, params }: NodeExchangeOptions) {
    this.method = request.method ?? 'GET';
    this.url = url;
    this.headers = request.headers;
    this.host = host ?? request.headers.host ?? authorityOf(request) ?? '';
    this.#params = params;
  }

  get params(): HttpRequest['params'] {
    const entries = Object.entries((this.#params ?? {}) as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join('/') : String(value),
      ]),
    );
  }
}

/** What HTTP/2 has in place of `Host`. */
function authorityOf({ headers }: IncomingMessage): string | undefined {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? authority : undefined;
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
