import { createClient } from 'redis';

export type RawClient = Awaited<ReturnType<typeof rawClient>>;

/** A connected client for what a question itself does to the server. */
export async function rawClient(url: string) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return client;
}
