import { createServer, type AddressInfo } from 'node:net';

/**
 * A loopback port nobody listened on a moment ago. Another process may take it before the
 * caller does, so a server that cannot bind it should be started again on another one.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
