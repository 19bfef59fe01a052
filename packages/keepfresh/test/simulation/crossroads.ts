import type { Connection } from './link.ts';

interface Message {
  readonly order: number;
  readonly run: () => void;
}

/**
 * Everything that could happen next. Messages of one channel keep their order; between channels there is none,
 * and whoever explores decides which goes first. No time passes here.
 */
export class Crossroads {
  readonly #channels = new Map<string, Message[]>();
  readonly #blocked = new Set<string>();
  #order = 0;

  /** Names of the channels that have a message, the oldest message first. */
  get open(): string[] {
    return [...this.#channels]
      .filter(([name]) => !this.#blocked.has(name))
      .toSorted(([, [one]], [, [other]]) => one!.order - other!.order)
      .map(([name]) => name);
  }

  add(channel: string, run: () => void): void {
    const messages = this.#channels.get(channel) ?? [];
    messages.push({ order: this.#order++, run });
    this.#channels.set(channel, messages);
  }

  /** The next message of a channel arrives. */
  take(channel: string): void {
    const messages = this.#channels.get(channel)!;
    const { run } = messages.shift()!;
    if (messages.length === 0) this.#channels.delete(channel);
    run();
  }

  /** Nothing arrives on this channel until it is opened again. */
  block(channel: string): void {
    this.#blocked.add(channel);
  }

  unblockAll(): void {
    this.#blocked.clear();
  }

  /** Resolves when whoever explores says so. */
  wait(channel: string): Promise<void> {
    return new Promise((resolve) => this.add(channel, resolve));
  }

  /** A connection whose messages, both ways, are ours to order. */
  connection(process: string, server: string): Connection {
    const [there, back] = [`${process}→${server}`, `${server}→${process}`];
    return {
      call: (execute) =>
        new Promise((resolve, reject) => {
          this.add(there, () => {
            execute().then(
              (answer) => this.add(back, () => resolve(answer)),
              (error: unknown) => this.add(back, () => reject(error as Error)),
            );
          });
        }),
      tell: (run) => this.add(back, run),
    };
  }
}
