import { connect, type Socket } from 'node:net';

/** A reply as RESP2 carries it: texts, numbers, nothing, and lists of these. */
export type RedisReply = string | number | null | readonly RedisReply[];

/**
 * Sends one command to the Redis on a loopback port, on a connection of its own, and returns the reply.
 * Rejects with what the server calls an error, and when there is no answer within `withinMs`.
 */
export async function askRedis(
  port: number,
  args: readonly string[],
  withinMs = 10_000,
): Promise<RedisReply> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await replyOn(socket, args, withinMs);
  } finally {
    socket.destroy();
  }
}

function replyOn(socket: Socket, args: readonly string[], withinMs: number): Promise<RedisReply> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.setTimeout(withinMs, () => reject(new Error(`No answer to ${args[0]} in time.`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`No answer to ${args[0]}: connection closed.`)));
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const read = readReply(bytes, 0);
      if (read === undefined) return;
      if (read.reply instanceof Error) reject(read.reply);
      else resolve(read.reply);
    });
    const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
    socket.write(`*${args.length}\r\n${parts.join('')}`);
  });
}

interface Read {
  readonly reply: RedisReply | Error;
  readonly end: number;
}

/** The reply that begins at `start`; undefined while not all of it is there. */
function readReply(bytes: Buffer, start: number): Read | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start]!)) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new Error(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readText(bytes, end, Number(line));
    default:
      return readList(bytes, end, Number(line));
  }
}

function readText(bytes: Buffer, start: number, length: number): Read | undefined {
  if (length < 0) return { reply: null, end: start };
  const end = start + length + 2;
  return bytes.length < end ? undefined : { reply: bytes.toString('utf8', start, end - 2), end };
}

function readList(bytes: Buffer, start: number, length: number): Read | undefined {
  const replies: RedisReply[] = [];
  let end = start;
  while (replies.length < length) {
    const read = readReply(bytes, end);
    if (read === undefined) return undefined;
    replies.push(read.reply instanceof Error ? read.reply.message : read.reply);
    end = read.end;
  }
  return { reply: length < 0 ? null : replies, end };
}
