import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds, when it has collected its garbage. */
export interface Measured {
  readonly heapBytes: number;
  /** What V8 has taken from the system for its heap, used or not. */
  readonly heapTakenBytes: number;
  /** What objects hold outside of the heap, buffers included. */
  readonly externalBytes: number;
  readonly bufferBytes: number;
  /** All that the process has in memory, what its allocators keep for later included. */
  readonly rssBytes: number;
  readonly sockets: number;
  readonly timers: number;
  /** Of the sockets and of the process. */
  readonly listeners: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What this process holds. */
export function measure(): Measured {
  collectGarbage();
  const memory = process.memoryUsage();
  const active = process.getActiveResourcesInfo();
  const count = (name: string): number => active.filter((each) => each === name).length;
  const handles = (process as unknown as { _getActiveHandles(): object[] })._getActiveHandles();
  const listeners = listenersOf(handles.filter((each) => each instanceof Socket));
  const [sockets, timers] = [count('TCPSocketWrap'), count('Timeout')];
  return {
    heapBytes: memory.heapUsed,
    heapTakenBytes: memory.heapTotal,
    externalBytes: memory.external,
    bufferBytes: memory.arrayBuffers,
    rssBytes: memory.rss,
    ...{ sockets, timers, listeners },
  };
}

function listenersOf(sockets: readonly Socket[]): number {
  const all = [process, ...sockets];
  const counts = all.flatMap((each) => each.eventNames().map((name) => each.listenerCount(name)));
  return counts.reduce((sum, count) => sum + count, 0);
}
