import fc from 'fast-check';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import { Glob } from '../src/core/policy/glob.ts';

/** What globs are made of, whole classes included so that most of them are well-formed. */
const pieces = ['a', 'b', ':', '7', '*', '?', '\\', '[', ']', '^', '-', 'é', '😀'];
const classes = ['[ab]', '[^a]', '[a-z]', '[z-a]', '[\\]]', '[^:]', '[a-]', '[]', '[^]', '[é]'];
const glob = fc.string({
  unit: fc.constantFrom(...pieces, ...pieces, ...classes),
  minLength: 1,
  maxLength: 10,
});
const name = fc.string({ unit: fc.constantFrom(...'ab:7é^-]\\*?😀'), minLength: 1, maxLength: 8 });

describe('globs beside KEYS of a real Redis', () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  const names = [...new Set(fc.sample(name, { numRuns: 1_500, seed: 7 }))];

  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    client.on('error', () => {});
    await client.connect();
    await client.mSet(names.flatMap((each) => [each, '']));
  });

  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  test('match the same keys, or more where a range holds bytes above 127', async () => {
    const globs = [...new Set(fc.sample(glob, { numRuns: 3_000, seed: 11 }))];
    const answers = await Promise.all(globs.map((text) => client.keys(text)));
    for (const [index, text] of globs.entries()) {
      const compiled = new Glob(text);
      const ours = names.filter((each) => compiled.matches(each)).sort();
      const theirs = answers[index]!.sort();
      const differs = /\[.*[^\x00-\x7f].*-|-[^\x00-\x7f]/.test(text);
      if (differs) expect(ours, text).toEqual(expect.arrayContaining(theirs));
      else expect(ours, text).toEqual(theirs);
    }
    expect(answers.filter((found) => found.length > 0).length).toBeGreaterThan(500);
  });
});
