import { randomInt } from 'node:crypto';
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

/**
 * A port below 32,768 that, with the one 10,000 above it where a node of a Redis Cluster meets the others, was
 * free a moment ago: the system itself gives away none of these.
 */
export async function freeClusterPort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 22_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Starts what `make` gives on `port`, or on one that `findPort` gives: on another when somebody was faster. */
export async function startOnPort<Server extends Startable>(
  port: number | undefined,
  make: (port: number) => Promise<Server>,
  findPort: () => Promise<number> = freePort,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = await make(port ?? (await findPort()));
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
