import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ForwardOptions, HandlerResponse, HeadDecision } from './exchange.ts';
import type { HttpHeaders, HttpResponse } from './http-message.ts';

type Methods = Pick<ServerResponse, 'writeHead' | 'write' | 'end' | 'flushHeaders'>;
type Chunk = string | Uint8Array | undefined;

/**
 * A Node response whose head and body are looked at on their way. Its methods are replaced once, before the
 * handler runs, and given back when it has ended.
 */
export class CapturedResponse {
  /** Resolves when the handler has ended its response, or when the connection closed before. */
  readonly ended: Promise<HandlerResponse>;
  readonly #response: ServerResponse;
  readonly #options: ForwardOptions;
  /** Whether nothing is ever sent: there is no client. */
  readonly #forNobody: boolean;
  readonly #methods: Methods;
  readonly #own: Methods;
  readonly #resolve: (response: HandlerResponse) => void;
  readonly #chunks: Buffer[] = [];
  #keptBytes = 0;
  #tooLarge = false;
  #head: HttpResponse | undefined;
  #decision: HeadDecision = { keepBytes: 0 };
  #ending = false;

  constructor(response: ServerResponse, options: ForwardOptions, forNobody: boolean) {
    this.#response = response;
    this.#options = options;
    this.#forNobody = forNobody;
    const { writeHead, write, end, flushHeaders } = response;
    this.#methods = { writeHead, write, end, flushHeaders };
    const { promise, resolve } = Promise.withResolvers<HandlerResponse>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#own = {
      writeHead: (...args: unknown[]) => this.#writeHead(args),
      flushHeaders: () => this.#flushHeaders(),
      write: (...args: unknown[]) => this.#write(args),
      end: (...args: unknown[]) => this.#end(args),
    } as Methods;
    Object.assign(response, this.#own);
    response.once('close', () => this.#settle(this.#ending));
  }

  get #isHidden(): boolean {
    return this.#forNobody || this.#decision.keepBack === true;
  }

  #writeHead(args: unknown[]): ServerResponse {
    const response = this.#response;
    const [status, ...rest] = args as [number, ...unknown[]];
    const reason = typeof rest[0] === 'string' ? rest.shift() : undefined;
    response.statusCode = status;
    if (reason !== undefined) response.statusMessage = reason as string;
    setHeaders(response, rest[0] as OutgoingHttpHeaders | readonly unknown[] | undefined);
    // An early hint is no head.
    if (status < 200 && status !== 101) return this.#methods.writeHead.call(response, status);
    this.#decide();
    return this.#isHidden ? response : this.#methods.writeHead.call(response, response.statusCode);
  }

  #flushHeaders(): void {
    this.#decide();
    if (!this.#isHidden) this.#methods.flushHeaders.call(this.#response);
  }

  #write(args: unknown[]): boolean {
    this.#decide();
    this.#keep(args[0] as Chunk, args[1]);
    if (!this.#isHidden) return Reflect.apply(this.#methods.write, this.#response, args) as boolean;
    callBack(args);
    return true;
  }

  #end(args: unknown[]): ServerResponse {
    const response = this.#response;
    if (this.#ending) return response;
    this.#decide();
    this.#ending = true;
    if (typeof args[0] !== 'function') this.#keep(args[0] as Chunk, args[1]);
    if (this.#isHidden) {
      callBack(args);
      this.#settle(true);
      return response;
    }
    const { beforeEnd } = this.#options;
    if (beforeEnd === undefined) this.#finish(args);
    else void beforeEnd(this.#head!).then(() => this.#finish(args));
    return response;
  }

  #finish(args: unknown[]): void {
    this.#giveBack();
    Reflect.apply(this.#methods.end, this.#response, args);
    this.#settle(true);
  }

  /** The head is what it will be: from here on it can only be sent. */
  #decide(): void {
    if (this.#head !== undefined) return;
    const response = this.#response;
    this.#head = { status: response.statusCode, headers: headersOf(response) };
    this.#decision = this.#options.onHead(this.#head);
    if (this.#isHidden || response.headersSent) return;
    for (const [name, value] of Object.entries(this.#decision.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, value);
    }
  }

  #keep(chunk: Chunk, encoding: unknown): void {
    if (chunk === undefined || chunk === null) return;
    if (this.#decision.keepBytes === 0 || this.#tooLarge) return;
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > this.#decision.keepBytes) {
      this.#tooLarge = true;
      this.#chunks.length = 0;
      this.#options.onTooLarge?.();
    } else this.#chunks.push(bytes);
  }

  #settle(complete: boolean): void {
    this.#giveBack();
    const head = this.#head ?? { status: this.#response.statusCode, headers: {} };
    const kept = complete && !this.#tooLarge && this.#decision.keepBytes > 0;
    const body = kept ? Buffer.concat(this.#chunks) : undefined;
    const whole = complete && (body === undefined || isWhole(head.headers, body));
    this.#resolve({ ...head, body: whole ? body : undefined, complete: whole });
  }

  /** What others have replaced since then stays theirs. */
  #giveBack(): void {
    for (const name of ['writeHead', 'write', 'end', 'flushHeaders'] as const) {
      if (this.#response[name] !== this.#own[name]) continue;
      Object.assign(this.#response, { [name]: this.#methods[name] });
    }
  }
}

/** The fields of a response that is not sent yet, as texts. */
export function headersOf(response: ServerResponse): HttpHeaders {
  if (response.getHeaderNames().length === 0) return {};
  const headers = Object.entries(response.getHeaders());
  return Object.fromEntries(
    headers.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}

function isWhole(headers: HttpHeaders, body: Uint8Array): boolean {
  const length = headers['content-length'];
  return length === undefined || Number(length) === body.byteLength;
}

function setHeaders(
  response: ServerResponse,
  headers: OutgoingHttpHeaders | readonly unknown[] | undefined,
): void {
  if (headers === undefined) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value as string);
    }
    return;
  }
  const flat = headers.flat() as (string | string[])[];
  for (let at = 0; at < flat.length; at += 2) {
    response.appendHeader(flat[at] as string, flat[at + 1]!);
  }
}

function callBack(args: unknown[]): void {
  const last = args.findLast((each) => typeof each === 'function');
  if (last !== undefined) queueMicrotask(last as () => void);
}
