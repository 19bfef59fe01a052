import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type {
  ServiceCalls,
  ShopCounts,
  ShopOpened,
  ShopOpening,
  ShopQuestion,
} from './shop-messages.ts';

/** Seeding on a slow machine takes the longest; an answer to a question never takes as long. */
const patienceMs = 120_000;

/** How long a shop may take to close before its process is killed. */
const closingMs = 2_000;

const program = new URL('./shop-server.js', import.meta.url);

/**
 * A shop in a process of its own, so that its work and that of the process measuring it do not delay each
 * other more than two machines would. Questions are asked one at a time.
 */
export class ShopProcess {
  readonly opened: ShopOpened;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, opened: ShopOpened) {
    this.#child = child;
    this.opened = opened;
  }

  /** Opens a shop configured by these variables. Rejects with the shop's own words if it cannot open. */
  static async open(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ShopProcess> {
    const child = fork(program, {
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    try {
      const opening = await nextMessage<ShopOpening>(child, signal);
      if ('failure' in opening) throw new Error(opening.failure);
      return new ShopProcess(child, opening);
    } catch (error) {
      await end(child);
      throw error;
    }
  }

  /** What happened in the shop since it was opened. */
  counts(signal: AbortSignal): Promise<ShopCounts> {
    return this.#ask<ShopCounts>({ ask: 'counts' }, signal);
  }

  /** Reads these products through the catalog one after the other, without HTTP. */
  serviceCalls(productIds: readonly number[], signal: AbortSignal): Promise<ServiceCalls> {
    return this.#ask<ServiceCalls>({ ask: 'serviceCalls', productIds }, signal);
  }

  /** Closes the shop, or kills it after `patience` milliseconds; resolves when its process has ended. */
  close(patience = closingMs): Promise<void> {
    return end(this.#child, patience);
  }

  async #ask<Answer>(question: ShopQuestion, signal: AbortSignal): Promise<Answer> {
    // A question that cannot be sent is one whose process has ended, which the wait for the answer tells.
    this.#child.send(question, () => {});
    const received = await nextMessage<Answer | { failure: string }>(this.#child, signal);
    if (isFailure(received)) throw new Error(received.failure);
    return received;
  }
}

function isFailure(message: unknown): message is { failure: string } {
  return typeof message === 'object' && message !== null && 'failure' in message;
}

/** The child's next message. Rejects if the child ends, stays silent, or the signal aborts. */
async function nextMessage<Message>(child: ChildProcess, signal: AbortSignal): Promise<Message> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error(`The shop's process ended (${ending(child)}).`));
  if (ending(child) !== undefined) onExit();
  child.once('exit', onExit);
  const silence = AbortSignal.timeout(patienceMs);
  const waiting = AbortSignal.any([ended.signal, silence, signal]);
  try {
    const [message] = (await once(child, 'message', { signal: waiting })) as [Message];
    return message;
  } catch (error) {
    if (silence.aborted) throw new Error(`The shop's process said nothing for ${patienceMs} ms.`);
    throw waiting.aborted ? waiting.reason : error;
  } finally {
    child.off('exit', onExit);
  }
}

/** How a child ended; undefined while it runs. */
function ending(child: ChildProcess): string | undefined {
  return child.signalCode ?? (child.exitCode === null ? undefined : `exit code ${child.exitCode}`);
}

/** Ends a child: hanging up asks it to close, and if that takes too long it is killed. */
async function end(child: ChildProcess, patience = closingMs): Promise<void> {
  if (ending(child) !== undefined) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await exited;
  clearTimeout(timer);
}
