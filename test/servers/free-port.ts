import { createServer, type AddressInfo } from 'node:net';

/** A server that can be started and, started or not, stopped. */
interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A loopback port nobody listened on a moment ago; another process may take it meanwhile. */
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

/** Starts what `make` gives on `port`, or on a free one: on another when somebody was faster. */
export async function startOnPort<Server extends Startable>(
  port: number | undefined,
  make: (port: number) => Promise<Server>,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = await make(port ?? (await freePort()));
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      const mayRetry = port === undefined && attempt < 3;
      if (!mayRetry || !/address already in use/i.test(String(error))) throw error;
    }
  }
}
