import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, it, vi } from 'vitest';
import { createCache } from '../src/core/index.ts';
import { cachedListener, HttpCache } from '../src/http/index.ts';

/** What a handler may make its response of. */
function seen(request: IncomingMessage): unknown {
  const { method, url, headers, rawHeaders, httpVersion } = request;
  const socket = request.socket as Socket & Partial<TLSSocket>;
  const { remoteAddress, localPort, encrypted, authorized } = socket;
  const certificate = socket.getPeerCertificate?.().subject;
  const ofSocket = { remoteAddress, localPort, encrypted, authorized, certificate };
  return { method, url, headers, rawHeaders, httpVersion, ...ofSocket };
}

it('shows the handler of a refresh what it saw of the request that the refresh is for', async () => {
  await using cache = createCache({ name: 'refreshes', defaults: { jitter: 0 } });
  const options = { ttl: '1s', staleWhileRevalidate: '1m' } as const;
  let runs = 0;
  const cached = cachedListener(new HttpCache(cache).route(options), (request, response) => {
    response.setHeader('x-run', ++runs).end(JSON.stringify(seen(request)));
  });
  const server = createServer((request, response) => {
    // As over TLS, with a certificate of the client.
    const getPeerCertificate = (): unknown => ({ subject: { CN: 'a shop' } });
    Object.assign(request.socket, { encrypted: true, authorized: true, getPeerCertificate });
    cached(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page?a=1`;
  const ask = async (): Promise<[unknown, unknown]> => {
    const response = await fetch(url, { headers: { 'x-user': 'somebody' } });
    return [response.headers.get('x-run'), await response.json()];
  };
  const [, first] = await ask();
  expect(first).toMatchObject({ encrypted: true, certificate: { CN: 'a shop' } });
  const refreshed = await vi.waitFor(
    async () => {
      const [run, body] = await ask();
      expect(Number(run)).toBeGreaterThan(1);
      return body;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(refreshed).toEqual(first);
  server.closeAllConnections();
  server.close();
});
