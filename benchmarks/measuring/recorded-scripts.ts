import { setTimeout as pause } from 'node:timers/promises';
import { type RawClient, rawClient } from './raw-client.ts';

/** One `EVALSHA` as a client sent it. */
export type SentScript = readonly Buffer[];

const settleMs = 30;

/** Runs what makes caches send scripts, and returns them in the order in which the server ran them (`MONITOR`). */
export async function recordScripts(
  url: string,
  run: () => Promise<unknown>,
): Promise<readonly SentScript[]> {
  const scripts: SentScript[] = [];
  const watching = await rawClient(url);
  await watching.monitor((line) => {
    const sent = /^\S+ \[\d+ (?!lua)\S+\] (?="EVALSHA")(.*)$/s.exec(String(line))?.[1];
    if (sent !== undefined) scripts.push(argumentsOf(sent));
  });
  await run();
  await pause(settleMs);
  watching.destroy();
  return scripts;
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
