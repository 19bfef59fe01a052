import type { ServerResponse } from 'node:http';
import type { Answered } from './shop.ts';

/** Writes an answer in pieces by hand, and cuts the connection when it is to be broken. */
export async function writePieces(
  response: ServerResponse,
  { status = 200, headers = {}, pieces = [], broken = false }: Answered,
): Promise<void> {
  response.writeHead(status, headers as Record<string, string>);
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (broken) response.destroy();
  else response.end();
}
