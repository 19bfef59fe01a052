import type { Clock } from '../../core/ports/clock.ts';
import {
  type Address,
  addressText,
  type Dial,
  type RedisConnection,
} from '../connections/connection.ts';
import { RedisLink } from '../connections/redis-link.ts';
import type { ServerSource } from './standalone-client.ts';
import { useOnce } from '../connections/use-once.ts';

/** Whom to ask for which master. */
export interface SentinelMasterOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** What the Sentinels call the master. */
  readonly name: string;
  readonly sentinels: readonly Address[];
  readonly dialSentinel: Dial;
  readonly dial: Dial;
  /** Where the Sentinels reach the servers to where we reach them. */
  readonly translate: (address: Address) => Address;
}

const answerWithinMs = 500;
const channel = '+switch-master';

/**
 * The master that Sentinels watch, whichever server that is. Found by asking all of them at once; listens to one of them
 * for the news of a failover, because the connection to a master that hangs, or was cut off from the others,
 * does not break by itself.
 */
export class SentinelMaster implements ServerSource {
  readonly #options: SentinelMasterOptions;
  readonly #news: RedisLink;
  #next = 0;
  #onMoved: (to: Address) => void = () => {};

  constructor(options: SentinelMasterOptions) {
    this.#options = options;
    const { clock, connectTimeoutMs } = options;
    this.#news = new RedisLink({
      clock,
      connectTimeoutMs,
      create: () => this.#nextSentinel(),
      greet: (connection) => this.#listen(connection),
    });
  }

  /** A connection to the master that is not open yet; rejects when no Sentinel knows one. */
  async open(): Promise<RedisConnection> {
    return this.#options.dial(await this.#find());
  }

  /** Calls `onMoved` when the Sentinels have chosen another master. */
  watch(onMoved: (to: Address) => void): void {
    this.#onMoved = onMoved;
  }

  close(): Promise<void> {
    return this.#news.close();
  }

  /** The address most of the Sentinels that answer give. */
  async #find(): Promise<Address> {
    const asked = this.#options.sentinels.map((sentinel) => this.#askedAt(sentinel));
    const answers = await Promise.allSettled(asked);
    const votes = new Map<string, { address: Address; count: number }>();
    for (const answer of answers) {
      if (answer.status === 'rejected') continue;
      const key = addressText(answer.value);
      votes.set(key, { address: answer.value, count: (votes.get(key)?.count ?? 0) + 1 });
    }
    const [most] = [...votes.values()].toSorted((a, b) => b.count - a.count);
    if (most !== undefined) return this.#options.translate(most.address);
    const [first] = answers;
    throw first?.status === 'rejected' ? first.reason : new Error('There are no Sentinels.');
  }

  #nextSentinel(): Promise<RedisConnection> {
    const { sentinels, dialSentinel } = this.#options;
    return dialSentinel(sentinels[this.#next++ % sentinels.length]);
  }

  async #listen(connection: RedisConnection): Promise<void> {
    const { name, translate } = this.#options;
    await connection.subscribe(channel, (message) => {
      // "<name> <old host> <old port> <new host> <new port>"
      const [master, , , host = '', port] = message.split(' ');
      if (master === name) this.#onMoved(translate({ host, port: Number(port) }));
    });
  }

  async #askedAt(sentinel: Address): Promise<Address> {
    const { clock, name, dialSentinel } = this.#options;
    const within = { clock, withinMs: answerWithinMs };
    return useOnce(await dialSentinel(sentinel), within, async (connection) =>
      readMaster(await connection.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]), name),
    );
  }
}

function readMaster(reply: unknown, name: string): Address {
  const [host, port] = (reply ?? []) as readonly Buffer[];
  if (host === undefined) throw new Error(`The Sentinel knows no master named "${name}".`);
  return { host: String(host), port: Number(port) };
}
