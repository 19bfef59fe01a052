import { entries } from './log-cases/entries.ts';
import { histories } from './log-cases/histories.ts';
import { holds } from './log-cases/holds.ts';
import { losses } from './log-cases/losses.ts';
import { members } from './log-cases/members.ts';
import { news } from './log-cases/news.ts';
import { servers } from './log-cases/servers.ts';
import { tables } from './log-cases/tables.ts';
import { trims } from './log-cases/trims.ts';
import { checkLog, type ConnectLog } from './log-under-test.ts';

/** What a log cannot be asked; everything else every log must do. */
export interface LogKitLimits {
  /** Whether what it is kept in can be lost, restored or served by another server. @default true */
  readonly faults?: boolean;
}

/** One case: `it(name, () => run(connect))` with whatever runner. */
export interface LogKitCase {
  readonly name: string;
  readonly run: (connect: ConnectLog) => Promise<void>;
}

/** The cases every log has to pass: what the port `Log` says, sentence by sentence. */
export function logKit(limits: LogKitLimits = {}): readonly LogKitCase[] {
  const sentences = [...entries, ...tables, ...holds, ...members, ...histories, ...trims, ...news];
  if (limits.faults !== false) sentences.push(...losses, ...servers);
  return sentences.map((sentence) => ({
    name: sentence.name,
    run: (connect) => checkLog(sentence, connect),
  }));
}
