import type { RedisServer } from '../../test/servers/redis-server.ts';
import type { Contender } from '../contenders/contender.ts';

/** How the numbers of a column are shown; `text` is shown as it is. */
export type Unit = 'count' | 'decimal' | 'ms' | 'µs' | 'ns' | 'per second' | 'text';

/** One column's answer, by column. A column that is left out is something the contender does not offer. */
export type Answers = Readonly<Record<string, number | string>>;

/** What is asked of contenders, each in a process of its own with a Redis server of its own. */
export interface Question {
  readonly title: string;
  /** What was done, and what the numbers do not say. */
  readonly note: string;
  readonly contenders: readonly Contender[];
  readonly columns: Readonly<Record<string, Unit>>;
  /** Name of the contender to which the others' numbers are shown as ratios. */
  readonly floor?: string;
  /** How often everybody is asked, in turns; medians are shown. @default 1 */
  readonly rounds?: number;
  /** Longest time for opening, and for one round, in milliseconds. */
  readonly timeoutMs: number;
  readonly redisArgs?: readonly string[];
  readonly open: (stage: Stage) => Promise<Measurement>;
}

/** Where one contender answers. */
export interface Stage {
  readonly contender: Contender;
  readonly server: RedisServer;
}

/** A contender that is ready to be measured, and is left alone between its rounds. */
export interface Measurement {
  round(): Promise<Answers>;
}
