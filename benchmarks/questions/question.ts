import type { RedisServer } from '../../test/servers/redis-server.ts';
import type { Contender } from '../contenders/contender.ts';
import type { DoorContender } from '../doors/door.ts';
import type { MemoryContender } from '../memories/memory.ts';

/** How the numbers of a column are shown; `text` is shown as it is. */
export type Unit =
  | 'count'
  | 'decimal'
  | 'ms'
  | 'µs'
  | 'ns'
  | 'per second'
  | 'bytes'
  | 'percent'
  | 'text';

/** One column's answer, by column. A column that is left out is something the contender does not offer. */
export type Answers = Readonly<Record<string, number | string>>;

/** What is asked, whoever answers. Each contender answers in a process of its own. */
interface Asked {
  readonly title: string;
  /** What was done, and what the numbers do not say. */
  readonly note: string;
  /** What the table shows; answers may have more, which are kept. */
  readonly columns: Readonly<Record<string, Unit>>;
  /** Name of the contender to which the others' numbers are shown as ratios. */
  readonly floor?: string;
  /** How often everybody is asked, in turns; medians are shown. @default 1 */
  readonly rounds?: number;
  /** Longest time for opening, and for one round, in milliseconds. */
  readonly timeoutMs: number;
  /** Answers drawn as curves, one per contender. */
  readonly plots?: readonly Plot[];
}

/** What is asked of libraries, each with a Redis server of its own. */
export interface Question extends Asked {
  readonly contenders: readonly Contender[];
  readonly redisArgs?: readonly string[];
  /** Each has a cluster of six nodes in place of one server. @default false */
  readonly clustered?: true;
  readonly open: (stage: Stage) => Promise<Measurement>;
}

/** What is asked of memories alone. */
export interface MemoryQuestion extends Asked {
  readonly memories: readonly MemoryContender[];
  readonly open: (memory: MemoryContender) => Measurement;
}

/** What is asked of codecs, which need nothing but a value. */
export interface CodecQuestion extends Asked {
  readonly codecs: readonly CodecContender[];
  readonly open: (codec: CodecContender) => Measurement;
}

/** A way to turn a value into what Redis keeps, and back. */
export interface CodecContender {
  readonly name: string;
  readonly package?: undefined;
  readonly note?: undefined;
  write(value: unknown): Uint8Array | Promise<Uint8Array>;
  read(stored: Uint8Array): unknown;
}

/** What is asked of caches in front of a route. */
export interface DoorQuestion extends Asked {
  readonly doors: readonly DoorContender[];
  readonly open: (door: DoorContender) => Promise<Measurement>;
}

export type AnyQuestion = Question | MemoryQuestion | CodecQuestion | DoorQuestion;

/** Answers in percent over some measure of size. */
export interface Plot {
  /** Of the file. */
  readonly name: string;
  readonly title: string;
  readonly points: readonly { readonly label: string; readonly answer: string }[];
}

/** Where one contender answers. */
export interface Stage {
  readonly contender: Contender;
  /** In a cluster the first of its nodes. */
  readonly server: RedisServer;
  /** Addresses of the nodes of a cluster. */
  readonly cluster?: readonly string[] | undefined;
}

/** A contender that is ready to be measured, and is left alone between its rounds. */
export interface Measurement {
  round(): Answers | Promise<Answers>;
}
