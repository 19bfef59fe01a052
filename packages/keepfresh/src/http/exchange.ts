import type { HttpHeaders, HttpRequest, HttpResponse } from './http-message.ts';

/** One request with the means to answer it; what a framework's door gives. */
export interface Exchange {
  readonly request: HttpRequest;
  /**
   * Runs the handler, whose response goes to the client as it is made. Resolves when it ended or was broken
   * off; never rejects: what a handler throws becomes the framework's error response. At most once.
   */
  forward(options: ForwardOptions): Promise<HandlerResponse>;
  /**
   * Runs the handler for nobody, as if the same request had come again. For refreshing what was served stale;
   * absent where a framework cannot.
   */
  readonly replay?: (options: ForwardOptions) => Promise<HandlerResponse>;
  /** Answers the client. Not after `forward`, unless the head was kept back. */
  answer(response: AnswerResponse): void;
}

export interface ForwardOptions {
  /** Called when the handler's head is complete and not sent. */
  readonly onHead: (head: HttpResponse) => HeadDecision;
  /** Whether the response is to be kept: the handler must not answer that the client has it already. */
  readonly whole?: boolean;
  /** Called when the body turns out to be larger than what is kept of it. */
  readonly onTooLarge?: () => void;
  /** What the end of the response waits for; must resolve soon. */
  readonly beforeEnd?: (head: HttpResponse) => Promise<void>;
}

export interface HeadDecision {
  /** Fields to set, in lower case. */
  readonly headers?: HttpHeaders;
  /** Largest body to keep a copy of, in bytes; 0 for none. */
  readonly keepBytes: number;
  /** Whether the client must not see this response: the caller answers. */
  readonly keepBack?: boolean;
}

/** What the handler answered. */
export interface HandlerResponse extends HttpResponse {
  /** Absent when it was broken off, is too large, or was not to be kept. */
  readonly body: Uint8Array | undefined;
  /** False when it was broken off. */
  readonly complete: boolean;
}

/** What is sent in place of the handler's response; a text in UTF-8. Without a body for HEAD and 304. */
export interface AnswerResponse extends HttpResponse {
  readonly body: string | Uint8Array | undefined;
}
