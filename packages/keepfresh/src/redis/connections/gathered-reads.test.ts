import { describe, expect, it } from 'vitest';
import type { RedisArgument } from './connection.ts';
import { GatheredReads } from './gathered-reads.ts';

/** A server that has of each key its name, and nothing of one that begins with `no`. */
function setUp(valueOf: (key: string) => Buffer = (key) => Buffer.from(key)) {
  const sent: string[][] = [];
  let broken: Error | undefined;
  const answer = (key: string): Buffer | null => (key.startsWith('no') ? null : valueOf(key));
  const send = async (args: readonly RedisArgument[]): Promise<unknown> => {
    const [command, ...keys] = args.map(String);
    sent.push([command!, ...keys]);
    if (broken !== undefined) throw broken;
    return command === 'MGET' ? keys.map(answer) : answer(keys[0]!);
  };
  const get = async (key: string) => ((await send(['GET', key])) as Buffer | null) ?? undefined;
  const reads = new GatheredReads({ get, send });
  const read = (keys: readonly string[]) =>
    Promise.all(keys.map(async (key) => (await reads.get(key))?.toString()));
  return { sent, read, break: (error: Error) => (broken = error) };
}

const keysFrom = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `k${from + n}`);

describe('reads that begin together', () => {
  it('are one command, and each gets its own answer', async () => {
    const { sent, read } = setUp();
    expect(await read(['a', 'none', 'b', 'a'])).toEqual(['a', undefined, 'b', 'a']);
    expect(sent).toEqual([['MGET', 'a', 'none', 'b', 'a']]);
  });

  it('are one command, too, when each follows another read', async () => {
    const { sent, read } = setUp();
    const twice = async (key: string) => [await read([key]), await read([`${key}2`])].flat();
    const values = await Promise.all([twice('a'), twice('b')]);
    expect(values).toEqual([
      ['a', 'a2'],
      ['b', 'b2'],
    ]);
    expect(sent).toEqual([
      ['MGET', 'a', 'b'],
      ['MGET', 'a2', 'b2'],
    ]);
  });

  it('are a plain GET when there is one', async () => {
    const { sent, read } = setUp();
    expect([await read(['a']), await read(['none'])]).toEqual([['a'], [undefined]]);
    expect(sent).toEqual([
      ['GET', 'a'],
      ['GET', 'none'],
    ]);
  });

  it('are more commands where they are many', async () => {
    const { sent, read } = setUp();
    const keys = keysFrom(0, 150);
    expect(await read(keys)).toEqual(keys);
    expect(sent.map(([, ...of]) => of)).toEqual([
      keysFrom(0, 64),
      keysFrom(64, 64),
      keysFrom(128, 22),
    ]);
  });

  it('all fail with the command, and the next are sent again', async () => {
    const { sent, read, ...server } = setUp();
    const error = new Error('gone');
    server.break(error);
    const failed = await Promise.allSettled([read(['a']), read(['b'])]);
    expect(failed.map((each) => each.status === 'rejected' && each.reason)).toEqual([error, error]);
    await expect(read(['c'])).rejects.toBe(error);
    expect(sent).toEqual([
      ['MGET', 'a', 'b'],
      ['GET', 'c'],
    ]);
  });

  it('are commands of their own as long as values are large', async () => {
    let size = 16_384;
    const { sent, read } = setUp((key) => Buffer.alloc(size, key));
    const commands = async (): Promise<unknown[]> => {
      await read(['a', 'b']);
      return sent.splice(0).map(([command]) => command);
    };
    expect([await commands(), await commands()]).toEqual([['MGET'], ['GET', 'GET']]);
    size = 100;
    expect([await commands(), await commands()]).toEqual([['GET', 'GET'], ['MGET']]);
  });
});
