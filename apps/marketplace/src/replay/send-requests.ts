import { Agent, get } from 'node:http';
import { crc32 } from 'node:zlib';

/** What to ask the shop for. */
export interface Requests {
  /** The address of the shop. */
  readonly url: string;
  /** The product of each request. */
  readonly productIds: Uint32Array;
  /** Requests under way at a time, each on a connection that stays open. */
  readonly concurrency: number;
  /** Ends the sending: no request begins after it. */
  readonly signal: AbortSignal;
  /** Called with the number of answers so far, after each. */
  readonly onAnswer?: (answers: number) => void;
}

/** How the shop answered. */
export interface Answers {
  /** Milliseconds from sending to the last byte of the answer, of each request. */
  readonly latencies: Float64Array;
  /** A checksum (CRC-32) of each answer's body. */
  readonly checksums: Uint32Array;
  /** Answered by a response that was kept, by its `Cache-Status`. */
  readonly kept: number;
  /** Answered by the response to another request that was waited for, by its `Cache-Status`. */
  readonly shared: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
}

/** A shop that says nothing for this long is given up. */
const patienceMs = 20_000;

/**
 * Asks for product pages in the given order, a fixed number at a time. Rejects when an answer is not
 * the page asked for, when the shop falls silent, and when the signal aborts.
 */
export async function sendRequests(requests: Requests): Promise<Answers> {
  const { url, productIds, concurrency, signal, onAnswer } = requests;
  const latencies = new Float64Array(productIds.length);
  const checksums = new Uint32Array(productIds.length);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, timeout: patienceMs });
  let sent = 0;
  let answered = 0;
  let kept = 0;
  let shared = 0;

  const sendOneByOne = async (): Promise<void> => {
    while (sent < productIds.length) {
      signal.throwIfAborted();
      const index = sent++;
      const start = performance.now();
      const page = await fetchPage(`${url}/v1/products/${productIds[index]}?variants=true`, agent);
      checksums[index] = page.checksum;
      if (page.status.includes('; collapsed')) shared++;
      else if (page.status.includes('; hit')) kept++;
      latencies[index] = performance.now() - start;
      onAnswer?.(++answered);
    }
  };

  const start = performance.now();
  try {
    await Promise.all(Array.from({ length: concurrency }, sendOneByOne));
  } finally {
    sent = productIds.length;
    agent.destroy();
  }
  return { latencies, checksums, kept, shared, seconds: (performance.now() - start) / 1_000 };
}

interface FetchedPage {
  readonly checksum: number;
  /** What the cache says of it in `Cache-Status`; '' without a cache. */
  readonly status: string;
}

function fetchPage(url: string, agent: Agent): Promise<FetchedPage> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => reject(new Error(`GET ${url} ${why}`));
    const request = get(url, { agent }, (response) => {
      let checksum = 0;
      response.on('data', (chunk: Buffer) => (checksum = crc32(chunk, checksum)));
      response.on('error', (error) => refuse(`broke off: ${error.message}`));
      response.on('end', () => {
        const status = String(response.headers['cache-status'] ?? '');
        if (response.statusCode === 200) resolve({ checksum, status });
        else refuse(`answered ${response.statusCode}; the replay needs every product it asks for.`);
      });
    });
    request.on('error', (error) => refuse(`failed: ${error.message}`));
    request.on('timeout', () => request.destroy(new Error(`no answer for ${patienceMs} ms`)));
  });
}
