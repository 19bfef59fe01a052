import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** A request with these fields and no others: `fetch` adds some to what is conditional. */
export async function askBare(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<IncomingMessage> {
  const asking = request(url, { method, headers });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return response;
}
