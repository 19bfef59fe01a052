import { connect } from 'node:net';

/** Counts the commands that clients send to a Redis server, by name; what scripts call is not counted. */
export interface CommandWatch {
  /** How often each command was sent while `run` ran. */
  during(run: () => Promise<void>): Promise<Map<string, number>>;
}

const settleMs = 30;

/** Watches with `MONITOR`, on a connection of its own that lasts as long as this process. */
export async function watchCommands(port: number): Promise<CommandWatch> {
  let counts = new Map<string, number>();
  let rest = '';
  const socket = connect(port, '127.0.0.1', () => socket.write('MONITOR\r\n'));
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const command = /^\+\S+ \[\d+ (?!lua)\S+\] "([^"]+)"/.exec(line)?.[1]?.toUpperCase();
      if (command !== undefined) counts.set(command, (counts.get(command) ?? 0) + 1);
    }
  });
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settleMs));
  await settled();
  return {
    async during(run) {
      await settled();
      counts = new Map();
      await run();
      await settled();
      return counts;
    },
  };
}
