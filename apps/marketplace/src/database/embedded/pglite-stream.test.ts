import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PGliteStream } from './pglite-stream.ts';

/** A frontend message as a client writes it. */
function message(type: string, body = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);

function open() {
  const batches: string[] = [];
  const answers: string[] = [];
  const stream = new PGliteStream(async (batch) => {
    batches.push(Buffer.from(batch).toString('latin1'));
    return Buffer.from(`answer ${batches.length}`);
  });
  stream.on('data', (chunk: Buffer) => answers.push(chunk.toString('latin1')));
  stream.write(startup);
  return { stream, batches, answers };
}

test('welcomes the client by itself', async () => {
  const { answers } = open();
  await setImmediate();
  expect(answers).toEqual(['R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I']);
});

test('hands over what belongs together as one batch, however it was cut', async () => {
  const whole = Buffer.concat([message('P', 'select 1'), message('B'), message('E'), message('S')]);
  for (let cut = 1; cut < whole.length; cut++) {
    const { stream, batches } = open();
    stream.write(whole.subarray(0, cut));
    await setImmediate();
    expect(batches).toEqual([]);
    stream.write(whole.subarray(cut));
    await setImmediate();
    expect(batches).toEqual([whole.toString('latin1')]);
  }
});

test('takes each Sync and each simple query as the end of a batch, and answers in order', async () => {
  const { stream, batches, answers } = open();
  const [first, second] = [Buffer.concat([message('P'), message('S')]), message('Q', 'commit\0')];
  stream.write(Buffer.concat([first, second]));
  await setImmediate();
  expect(batches).toEqual([first.toString('latin1'), second.toString('latin1')]);
  expect(answers.slice(1)).toEqual(['answer 1', 'answer 2']);
});

test('clears the session before it says that it is connected', async () => {
  const { stream, batches } = open();
  const connected = new Promise((resolve) => stream.once('connect', resolve));
  stream.connect();
  await connected;
  expect(batches).toEqual([
    message('Q', 'ROLLBACK\0').toString('latin1'),
    message('Q', 'DISCARD ALL\0').toString('latin1'),
  ]);
});

test('refuses a cursor rather than to wait for ever', async () => {
  const { stream } = open();
  const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
  stream.write(Buffer.concat([message('E'), message('H')]));
  expect((await failed).message).toMatch(/no cursors/);
});

test('fails when the engine does, and drops the answer to a client that has gone', async () => {
  const failing = new PGliteStream(() => Promise.reject(new Error('the engine has ended')));
  const failed = new Promise<Error>((resolve) => failing.once('error', resolve));
  failing.write(Buffer.concat([startup, message('Q')]));
  expect((await failed).message).toBe('the engine has ended');

  const { stream, answers } = open();
  await setImmediate();
  stream.write(message('Q'));
  stream.destroy();
  await setImmediate();
  expect(answers).toHaveLength(1);
});
