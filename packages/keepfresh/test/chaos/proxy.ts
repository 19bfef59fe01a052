import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What a proxy does with what passes it. */
export type Mood =
  /** Passes everything on. */
  | 'open'
  /** Breaks connections, and refuses new ones. */
  | 'cut'
  /** Keeps what comes, and passes it on afterwards. */
  | 'stalled'
  /** Passes nothing on, of these connections never again; nobody is told that the other end is gone. */
  | 'half-open'
  /** Passes on everything a while later. */
  | 'slow';

const slowMs = 60;

/** A proxy for TCP before one server, of one process, on a loopback port of its own. */
export class Proxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #mood: Mood = 'open';

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set mood(mood: Mood) {
    this.#mood = mood;
    for (const pair of this.#pairs) pair.take(mood);
  }

  async stop(): Promise<void> {
    this.mood = 'cut';
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    if (this.#mood === 'cut') return void client.destroy();
    const pair = new Pair(client, this.#target, () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    pair.take(this.#mood);
  }
}

/** Both halves of a connection that passes a proxy. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  #mood: Mood = 'open';
  /** What has yet to be passed on, in order, and when. */
  #held: { readonly run: () => void; readonly dueMs: number }[] = [];

  constructor(client: Socket, target: number, onEnd: () => void) {
    this.#client = client;
    this.#server = connect(target, '127.0.0.1');
    this.#join(client, this.#server);
    this.#join(this.#server, client);
    client.once('close', onEnd);
  }

  take(mood: Mood): void {
    const isDead = this.#mood === 'half-open';
    if (mood === 'cut') this.#client.destroy();
    if (isDead) return;
    this.#mood = mood;
    if (mood === 'cut' || mood === 'half-open') this.#server.destroy();
    this.#drain();
  }

  #join(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk) => this.#hold(() => void (to.destroyed || to.write(chunk))));
    from.on('error', () => {});
    from.once('close', () => this.#hold(() => to.destroy()));
  }

  #hold(run: () => void): void {
    if (this.#mood === 'half-open') return;
    const lateMs = this.#mood === 'slow' ? slowMs : 0;
    this.#held.push({ run, dueMs: performance.now() + lateMs });
    if (lateMs === 0) this.#drain();
    else setTimeout(() => this.#drain(), lateMs + 1);
  }

  #drain(): void {
    if (this.#mood === 'stalled' || this.#mood === 'half-open') return;
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      if (this.#mood === 'slow' && next.dueMs > performance.now()) return;
      this.#held.shift();
      next.run();
    }
  }
}
