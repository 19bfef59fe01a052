import { setTimeout as pause } from 'node:timers/promises';
import { type RawClient, rawClient } from './raw-client.ts';

/** One `EVALSHA` as a client sent it. */
export type SentScript = readonly Buffer[];

/** Scripts in the order in which a server ran them, and the keys as they were before. */
export interface Recording {
  readonly scripts: readonly SentScript[];
  /** Puts the keys back, so that the scripts find what they found. */
  restore(): Promise<unknown>;
}

const settleMs = 30;
let recordings = 0;

/** Where scripts are recorded: `client` stays the caller's. */
export interface Recorded {
  readonly url: string;
  readonly client: RawClient;
  /** Names the keys that the scripts are about. */
  readonly pattern: string;
}

/** Runs what makes caches send scripts, and records them (`MONITOR`). */
export async function recordScripts(
  { url, client, pattern }: Recorded,
  run: () => Promise<unknown>,
): Promise<Recording> {
  const saved = `saved:${recordings++}:`;
  const keys = await client.keys(pattern);
  await Promise.all(keys.map((key) => client.copy(key, saved + key)));
  const scripts: SentScript[] = [];
  const watching = await rawClient(url);
  await watching.monitor((line) => {
    const sent = /^\S+ \[\d+ (?!lua)\S+\] (?="EVALSHA")(.*)$/s.exec(String(line))?.[1];
    if (sent !== undefined) scripts.push(argumentsOf(sent));
  });
  await run();
  await pause(settleMs);
  watching.destroy();
  const restore = (key: string): Promise<unknown> =>
    client.copy(saved + key, key, { REPLACE: true });
  return {
    scripts: withoutSeldom(scripts),
    restore: () => Promise.all(keys.map(restore)),
  };
}

/** Without those that caches send now and then whatever is asked of them. */
function withoutSeldom(scripts: readonly SentScript[]): readonly SentScript[] {
  const named = Map.groupBy(scripts, ([, sha]) => String(sha));
  const most = Math.max(...named.values().map(({ length }) => length));
  return scripts.filter(([, sha]) => named.get(String(sha))!.length > most / 2);
}

/** Sends them again: one when the one before has its answer, or all of them in a pipeline. */
export async function sendAgain(
  client: RawClient,
  scripts: readonly SentScript[],
  pipelined: boolean,
): Promise<void> {
  const send = (script: SentScript): Promise<unknown> => client.sendCommand(script);
  if (pipelined) await Promise.all(scripts.map(send));
  else for (const script of scripts) await send(script);
}

const named: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
};

/** Takes back what `MONITOR` does to bytes: each argument in quotes, `\xhh` for what cannot be printed. */
function argumentsOf(line: string): SentScript {
  return (line.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((quoted) => {
    const bytes = quoted
      .slice(1, -1)
      .replace(/\\x([\da-f]{2})|\\(.)/g, (_, code: string | undefined, letter: string) =>
        code === undefined ? (named[letter] ?? letter) : String.fromCharCode(parseInt(code, 16)),
      );
    return Buffer.from(bytes, 'latin1');
  });
}
