import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { CapturedResponse } from './captured-response.ts';
import { unconditional } from './conditional-request.ts';
import type { ForwardOptions, HandlerResponse } from './exchange.ts';

/** Requests that are run for nobody, with what to tell when they reach their handler. */
const replays = new WeakMap<IncomingMessage, () => void>();

/**
 * Runs a request once more through the whole application, for nobody: the same method, URL and fields but for what
 * the client has already, from the same address. Rejects when it does not get as far as the route's cache: what a
 * check before it answers is no response of the handler.
 */
export async function replay(
  original: IncomingMessage,
  dispatch: (request: IncomingMessage, response: ServerResponse) => void,
  options: ForwardOptions,
): Promise<HandlerResponse> {
  const request = copyOf(original);
  const response = new ServerResponse(request);
  let arrived = false;
  replays.set(request, () => {
    arrived = true;
  });
  const captured = new CapturedResponse(response, options, true);
  dispatch(request, response);
  const answer = await captured.ended;
  if (!arrived) throw new Error(`the request was answered before its handler: ${answer.status}`);
  return answer;
}

/** Whether this request is run for nobody: then its handler runs, and the cache is not asked. */
export function isReplay(request: IncomingMessage): boolean {
  const arrive = replays.get(request);
  arrive?.();
  return arrive !== undefined;
}

function copyOf(original: IncomingMessage & { readonly originalUrl?: string }): IncomingMessage {
  const request = new IncomingMessage(nowhere(original.socket));
  const { method, httpVersion, httpVersionMajor, httpVersionMinor, rawHeaders } = original;
  Object.assign(request, {
    method,
    url: original.originalUrl ?? original.url,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    rawHeaders: [...rawHeaders],
    headers: unconditional(original.headers),
    complete: true,
  });
  request.push(null);
  return request;
}

/** What a connection with TLS has beside the fields of others. */
interface MaybeSecure {
  readonly encrypted?: boolean;
  readonly authorized?: boolean;
  readonly getPeerCertificate?: (detailed?: boolean) => unknown;
}

/** A connection that nobody is at the other end of, and of which handlers see what they see of the real one. */
function nowhere(original: Socket & MaybeSecure): Socket {
  const socket = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => done(),
  });
  const { remoteAddress, remotePort, remoteFamily, localAddress, localPort } = original;
  const address = { remoteAddress, remotePort, remoteFamily, localAddress, localPort };
  const { encrypted = false, authorized, getPeerCertificate } = original;
  return Object.assign(socket, address, {
    encrypted,
    ...(authorized === undefined ? {} : { authorized }),
    ...(getPeerCertificate === undefined
      ? {}
      : { getPeerCertificate: getPeerCertificate.bind(original) }),
  }) as unknown as Socket;
}
